"""The settings in force: what the command line says, else the governing configuration, else the default.

What narrows down (``ignore``, ``exclude``, waivers and what is asked of them) adds up instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from analyzer.judgement import Confidence, Severity
from analyzer.policy.path_patterns import exclusion
from analyzer.policy.result import Gate
from analyzer.policy.settings import DEFAULT_RULE_SECONDS, EVERY_RULE, Override, Profile, Settings
from analyzer.policy.waivers import WaiverPolicy
from analyzer.records import dataclass
from analyzer.registry import canonical

if TYPE_CHECKING:
    from analyzer.policy.baseline import Baseline
    from analyzer.policy.configuration import Central, Configuration

NEVER = "never"
DEFAULT_FAIL_ON = Severity.MEDIUM.label
DEFAULT_CONFIDENCE = Confidence.LIKELY.label
DEFAULT_PROFILE = Profile.DEFAULT.value


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line says; None and empty: nothing. ``central`` are the central waiver files, ``frameworks``
    keys of frameworks: they narrow the rules too, which those of a configuration do not."""

    as_of: date
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    min_confidence: str | None = None
    profile: str | None = None
    inline_waivers: bool = True
    baseline: str | None = None
    central: tuple[Central, ...] = ()
    exclude: tuple[str, ...] = ()
    rule_seconds: float | None = None
    frameworks: tuple[str, ...] = ()
    pictures: bool = True


def settings(
    choices: Choices, configs: Sequence[Configuration] = (), baseline: Callable[[str], Baseline] | None = None
) -> Settings:
    """The settings for an application that the first of ``configs`` governs (none: nothing does); of the others, which
    are further up, only the excludes hold. ``baseline`` reads the baseline at a path relative to the working directory;
    None: baselines do not count in this run."""
    config = configs[0] if configs else None
    policy, central = WaiverPolicy(), [waiver for file in choices.central for waiver in file.waivers]
    for part in (*(file.policy for file in choices.central), *((config.waiver_policy(),) if config else ())):
        policy = policy.joined(part)
    file = baseline_file(choices, config)
    common: dict[str, Any] = {
        "as_of": choices.as_of,
        "profile": Profile(_first(choices.profile, config, "profile") or DEFAULT_PROFILE),
        "gate": _gate(choices, config),
        "inline_waivers": choices.inline_waivers and policy.inline,
        "select": _canonical(choices.select) or (config.rules("select") if config else ()),
        "ignore": (*_canonical(choices.ignore), *(config.rules("ignore") if config else ())),
        "waivers": (*central, *(config.waivers() if config else ())),
        "waiver_policy": policy,
        "frameworks": choices.frameworks or (config.frameworks() if config else ()),
        "narrowed_to": choices.frameworks,
        "baseline": baseline(file) if baseline and file is not None else None,
        "pictures": choices.pictures,
        "rule_seconds": _first(choices.rule_seconds, config, "rule_timeout") or DEFAULT_RULE_SECONDS,
    }
    excludes = tuple(_silent(glob, ".") for glob in choices.exclude)
    excludes += tuple(_silent(glob, each.source.base) for each in configs for glob, _ in each.excludes())
    if config is None:
        return Settings(**common, overrides=excludes)
    return Settings(
        **common,
        rule_settings=config.rule_settings(),
        severities=config.severities(),
        parameters=config.parameters(),
        overrides=(*config.overrides(), *excludes),
        attestation=config.attestation(),
    )


def baseline_file(choices: Choices, config: Configuration | None) -> str | None:
    """The baseline in force, relative to the working directory; None where there is none."""
    import posixpath

    if choices.baseline is not None:
        return choices.baseline
    named = None if config is None else config.value("baseline")
    return None if config is None or named is None else posixpath.normpath(posixpath.join(config.source.base, named))


@dataclass(frozen=True, slots=True)
class Origin:
    """One setting in force and where it comes from: ``default``, an option, or a file with its line."""

    name: str
    value: Any
    origin: str


def origins(configs: Sequence[Configuration]) -> Iterator[Origin]:
    """Every setting of an application that the first of ``configs`` governs, with where it comes from; of the others
    only the excludes hold."""
    config = configs[0] if configs else None
    for path, default in _DEFAULTS:
        value = config.value(*path) if config else None
        if config is None or value is None:
            yield Origin(".".join(path), default, "default")
        else:
            yield Origin(".".join(path), value, config.source.place(path))
    for found in configs:
        for glob, place in found.excludes():
            yield Origin("exclude", glob, place)
    for part in ("severity", "parameters", "paths", "stacks"):
        for key, value in (config.value(part) or {}).items() if config else ():
            yield Origin(f"{part}.{key}", value, config.source.place((part, key)) if config else "")
    for waiver in config.waivers() if config else ():
        yield Origin("waiver", f"{waiver.rule} ({waiver.scope}): {waiver.reason}", waiver.origin)


_DEFAULTS: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("select",), "all rules"),
    (("ignore",), "none"),
    (("profile",), DEFAULT_PROFILE),
    (("gate", "fail_on"), DEFAULT_FAIL_ON),
    (("gate", "min_confidence"), DEFAULT_CONFIDENCE),
    (("audit_trail",), "none"),
    (("audit_retention_days",), "365 (of the rules)"),
    (("log_retention_days",), "none"),
    (("frameworks",), "none"),
    (("baseline",), "none"),
    (("rule_timeout",), DEFAULT_RULE_SECONDS),
    (("waiver_policy", "require"), "none"),
    (("waiver_policy", "non_waivable"), "none"),
    (("waiver_policy", "inline"), True),
    (("waiver_policy", "warn_days"), WaiverPolicy().warn_days),
)


def _silent(glob: str, base: str) -> Override:
    """Of what an excluded file declares nothing is said, where it is read all the same: a nested stack, one template of
    an assembly, a source file of an application."""
    return Override(path=exclusion(glob), base=base, ignore=(EVERY_RULE,))


def _first(choice: Any, config: Configuration | None, *path: str) -> Any:
    return choice or (config.value(*path) if config else None)


def _gate(choices: Choices, config: Configuration | None) -> Gate:
    fail_on = _first(choices.fail_on, config, "gate", "fail_on") or DEFAULT_FAIL_ON
    confidence = _first(choices.min_confidence, config, "gate", "min_confidence") or DEFAULT_CONFIDENCE
    return Gate(None if fail_on == NEVER else Severity[fail_on.upper()], Confidence[confidence.upper()])


def _canonical(identifiers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(canonical(identifier) for identifier in identifiers)

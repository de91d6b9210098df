"""What governed a run, for reports that must say by what they were judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from analyzer.policy.effective import Origin
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Governed:
    """The settings of one application. ``files`` are its configurations, the nearest first."""

    application: str
    files: tuple[str, ...]
    settings: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """``asked`` are the options that were given, by name, as plain data. ``read`` are pairs (path, SHA-256) of the
    files that governed the run: configurations, central waivers, baselines, parameter values.

    The others are told only where a format asks for them. ``paths`` are the inputs as they were named, relative to the
    working directory; ``examined`` pairs (path, SHA-256) of every file that belongs to them; ``copies`` the content of
    the files that governed the run, by path, but for parameter values, which may be secrets.
    """

    asked: Mapping[str, Any] = field(default_factory=dict)
    governed: tuple[Governed, ...] = ()
    read: tuple[tuple[str, str], ...] = ()
    paths: tuple[str, ...] = ()
    examined: tuple[tuple[str, str], ...] = ()
    copies: tuple[tuple[str, bytes], ...] = ()

"""What the words of a report mean and do not mean, for the formats that explain themselves."""

from __future__ import annotations

LIMITS = (
    "Judged from templates, handler code and CDK source alone: nothing was deployed and no account was read. What is "
    "made or changed outside these inputs is not seen. Confidence says how much inference lies in between."
)

MEANINGS = (
    ("failed", "failed", "The rule proved the failure; the proof stands beside it."),
    ("passed", "passed", "The rule examined the subject and its failure is ruled out, within the rule's limits."),
    ("unknown", "undecided", "The input does not say; the section names what would decide it."),
    ("waived", "waived", "A failure that somebody accepted, with a reason. It is still there."),
    ("baselined", "baselined", "A failure that was there when the baseline was written."),
    ("incomplete", "not evaluated", "The rule broke down or ran out of time: nothing is known."),
)
"""Each outcome: the kind of its badge, its word, and what that means."""

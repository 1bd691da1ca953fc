"""Content files → a Programme: the only room that knows YAML, Markdown and Jinja2 for content."""

from bot.content.bundle import Bundle, Fingerprint, changed, fingerprint, from_bytes, read_bundle
from bot.content.lint import check
from bot.content.loading import load, pin
from bot.content.problems import ContentProblems, Problem, report

__all__ = [
    "Bundle",
    "ContentProblems",
    "Fingerprint",
    "Problem",
    "changed",
    "check",
    "fingerprint",
    "from_bytes",
    "load",
    "pin",
    "read_bundle",
    "report",
]

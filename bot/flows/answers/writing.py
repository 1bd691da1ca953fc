"""What people write in their own words: kept as written, less what cannot be seen. Never cut."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

from bot.flows.answers.outcomes import Asking, Outcome, Read, Unread, bounds
from bot.flows.understanding.folding import seen
from bot.flows.values import Json

TEXT, LONG_TEXT, URL = 300, 4_000, 2_000  # characters, unless the question says otherwise
LONGEST_LINE = 4_000  # characters among which an e-mail address is looked for
KEPT_CONTROLS = "\n\t"
EMAIL = re.compile(
    r"(?<![^\s<>:;,(\[\"'])"
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?![\w@-])"
)
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+-]*):(?!\d)")
HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,24}")


def clean(text: str) -> str:
    """NFC, without control, zero-width and direction characters, blanks around it off; nothing else changed, but that
    what cannot be seen at all is "": what only goes with a sign (a heart's variation selector) stays with it."""
    if text.isascii() and text.isprintable():
        return text.strip()
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = "".join(
        sign for sign in composed if sign in KEPT_CONTROLS or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}
    ).strip()
    return kept if seen(kept) else ""


def text(asking: Asking, line: str) -> Outcome:
    """Any words; where a name is asked for, "tôi", "không biết" and "không có" are nobody's."""
    if asking.question.person and nobody(asking, line):
        return asking.unread("person")
    return _written(asking, line, TEXT)


def nobody(asking: Asking, line: str) -> bool:
    """Whether a line, or what it says before a comma, names nobody."""
    lexicon, name = asking.programme.lexicon, line.partition(",")[0]
    return lexicon.means_oneself(name) or lexicon.unknowing(name) or lexicon.lacking(name)


def long_text(asking: Asking, line: str) -> Outcome:
    return _written(asking, line, LONG_TEXT)


def _written(asking: Asking, line: str, most: int) -> Outcome:
    words = clean(line)
    if not words:
        return asking.unread()
    return wrong_length(asking, words, most) or Read(words)


def wrong_length(asking: Asking, words: str, most: int) -> Unread | None:
    """Says by how much the words are too long or too short for the question."""
    low, high = bounds(asking.question, 1, most)
    if len(words) > high:
        return asking.unread("too_long", length=len(words), maximum=int(high))
    return asking.unread("too_short", length=len(words), minimum=int(low)) if len(words) < low else None


def email(asking: Asking, line: str) -> Outcome:
    """The address in the line, its domain in small letters; two are two candidates."""
    if len(line) > LONGEST_LINE:
        return asking.unread()
    named = (found.rpartition("@") for found in EMAIL.findall(clean(line)))
    found: list[Json] = list(dict.fromkeys(f"{name}@{domain.lower()}" for name, _, domain in named if len(name) <= 64))
    if len(found) == 1:
        return Read(found[0])
    return asking.several(found[:8]) if found else asking.unread()


def url(asking: Asking, line: str) -> Outcome:
    """A web address; https:// is put before one without a scheme."""
    address = clean(line).strip("<>\"'").rstrip(".,;")
    if len(address) > URL:
        return asking.unread("too_long", length=len(address), maximum=URL)
    scheme = SCHEME.match(address)
    if not address or any(sign.isspace() or sign in '\\<>"' for sign in address):
        return asking.unread()
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return asking.unread("url_scheme")
    full = address if scheme else f"https://{address.removeprefix('//')}"
    return Read(full) if _is_web(full) else asking.unread()


def _is_web(address: str) -> bool:
    try:
        parts: SplitResult = urlsplit(address)
        parts.port  # noqa: B018 – raises on a port that is none
    except ValueError:
        return False
    return "@" not in parts.netloc and bool(HOST.fullmatch(parts.hostname or ""))

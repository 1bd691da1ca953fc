"""Hours as officials type them ("8h-11h30", "08:00 đến 11:30", "13g30–16g") → two times of a day."""

from __future__ import annotations

import re
from datetime import time

HOUR = re.compile(r"(\d{1,2})\s*(?:h|g|giờ|gio|:|\.)?\s*(\d{2})?", re.IGNORECASE)
APART = re.compile(r"\s*(?:-|–|—|đến|den|tới|toi|to)\s*", re.IGNORECASE)


def hours(words: str) -> tuple[time, time] | None:
    """From when to when; None for what is not two times, the first before the second."""
    parts = APART.split(words.strip())
    read = [_time(part) for part in parts]
    match read:
        case [time() as first, time() as last] if first < last:
            return first, last
    return None


def _time(words: str) -> time | None:
    found = HOUR.fullmatch(words.strip())
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))

"""A talk with an official: what contract.py takes over. Same tables, same exactness."""

from __future__ import annotations

ALONE: dict[str, str] = {
    "human": "consent_first held not_sent still_waits file_first open ended",
    "talk": "unreachable none_here none",
}
FILLED: dict[str, str] = {
    "human.text": "hours workdays",
    "human.closed": "day days time",
    "human.passed": "heard",
    "human.official": "name text",
    "human.ending": "line",
    "human.ended_by_official": "name",
    "human.ended_by_time": "name",
    "human.ended_by_nobody": "name",
    "human.as_file": "file mime name size",
    "human.as_place": "lat lon",
    "human.as_phone": "phone",
    "talk.waits_new": "number text who",
    "talk.waits_still": "number text who",
    "talk.waits_again": "number text who",
    "talk.wrote": "number text who",
    "talk.taken": "number who",
    "talk.file": "hours name url",
    "talk.line": "at number text url who",
    "talk.how": "number who",
    "talk.open": "number who",
    "talk.over": "number who",
    "talk.handed": "number who",
    "talk.aside": "number who",
    "talk.left": "number quiet who",
    "talk.list": "more talks",
    "talk.row": "at letter number official text who",
    "talk.refused_taken": "name",
    "talk.refused_gone": "name",
    "talk.refused_role": "name",
}

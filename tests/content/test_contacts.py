"""How to reach an official: what is known is shown, and what is not takes one line."""

from dataclasses import replace
from itertools import product

import pytest

from bot.content import load
from tests.replay import content

NAMES = ("phone", "email", "address", "office_hours")
UNKNOWN = {"vi": "đang cập nhật", "en": "to be announced"}


@pytest.mark.parametrize("programme", ["an-giang", "ha-noi"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_nobody_filled_in_takes_one_line_at_most(programme, language):
    loaded = load(content(programme))
    for given in product([False, True], repeat=len(NAMES)):
        known = {name: f"ví dụ {name}" if there else "" for name, there in zip(NAMES, given, strict=True)}
        told = replace(loaded, facts={**loaded.facts, **known})
        text = told.render("human.text", language, {"hours": "7:30–11:30", "workdays": True}).plain
        assert text.count(UNKNOWN[language]) == (not all(given[:3])), text
        assert [name for name in NAMES if known[name] and known[name] not in text] == []
        assert ("7:30–11:30" in text) == (not given[3]), "hours that the agency confirmed take the place of ours"
        assert "\n\n\n" not in text

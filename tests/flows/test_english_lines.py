"""Lines as people type them in English, beside the Vietnamese ones in test_understanding.py."""

from __future__ import annotations

from functools import cache

import pytest

from bot.content import read_bundle
from bot.content.material import gather
from bot.flows.programme import Commune
from bot.flows.understanding import Lexicon
from bot.flows.understanding.places import find, official
from tests.flows.test_understanding import CONTENT, RISKY, lexicon, route, rows, wrong

FILES = ("utterances.en.tsv", "utterances_second.en.tsv")


@cache
def communes() -> tuple[Commune, ...]:
    return tuple(gather(read_bundle(CONTENT, "an-giang")).communes)


@pytest.mark.parametrize("name", FILES)
def test_at_least_95_percent_of_english_lines_are_understood(name: str) -> None:
    pairs = rows(name)
    missed = wrong(pairs)
    assert len(missed) <= 0.05 * len(pairs), missed


def test_no_other_english_line_stops_or_deletes() -> None:
    others = [text for name in FILES for text, wanted in rows(name) if wanted not in RISKY]
    assert len(others) > 250
    assert [text for text in others if route(text) in RISKY] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes please", True),
        ("yes, please", True),
        ("that's right", True),
        ("I agree", True),
        ("go ahead", True),
        ("No thanks", False),
        ("no, we haven't", False),
        ("I do not agree", False),
        ("not interested", False),
        ("that's wrong", False),
        ("maybe", None),
        ("yes and no", None),
        ("do I have to agree", None),
        ("yes?", None),
    ],
)
def test_yes_and_no_in_english(text: str, said: bool | None) -> None:
    assert lexicon().yes_no(text) is said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Long Xuyên ward", "Phường Long Xuyên"),
        ("in rach gia ward", "Phường Rạch Giá"),
        ("Phu Quoc special zone", "Đặc khu Phú Quốc"),
        ("Thoai Son commune, An Giang province", "Xã Thoại Sơn"),
    ],
)
def test_a_commune_is_found_by_its_kind_in_english(text: str, name: str) -> None:
    found = find(text, communes())
    assert found.sure
    assert [official(commune) for commune, _ in found.places] == [name]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("English", "en"),
        ("ENGLISH please", "en"),
        ("tieng anh", "en"),
        ("chuyển tiếng anh giùm", "en"),
        ("nói tiếng anh được không", "en"),
        ("speak Vietnamese", "vi"),
        ("tiếng việt nha", "vi"),
        ("từ tiếng việt sang tiếng anh", None),
        ("I do not speak Vietnamese", None),
        ("không biết tiếng anh", None),
        ("my English is not good", None),
        ("tiếng khmer", None),
        ("ngôn ngữ", None),
        ("", None),
        ("english " * 20, None),
    ],
)
def test_the_one_language_that_a_line_names(text: str, language: str | None) -> None:
    assert lexicon().language(text) == language


def test_an_older_release_that_names_no_language_asks_as_before() -> None:
    words = {name: part for name, part in gather(read_bundle(CONTENT, "an-giang")).words.items() if name != "languages"}
    assert Lexicon.build(words, []).language("english") is None

"""English is complete: every text and title in both languages, with the same values and the same shape, and no Vietnamese
left in it but names, numbers of laws and what people are to type as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.content import check, read_bundle
from bot.content.loading import assemble
from bot.content.material import Material, gather
from bot.flows.programme import Localised, Programme

ROOT = Path(__file__).parents[2]
PLACES = sorted(found.parent.name for found in (ROOT / "content").glob("*/programme.yaml"))
LANGUAGES = ("vi", "en")
PLACEHOLDER = re.compile(r"\{[{%](.*?)[}%]\}", re.DOTALL)
NAME = re.compile(r"\b(?:facts|answers)\.\w+|\b[a-z_]+\b")
GRAMMAR = {
    "if",
    "else",
    "elif",
    "endif",
    "for",
    "in",
    "endfor",
    "not",
    "and",
    "or",
    "loop",
    "last",
    "number",
    "money",
    "datetime",
    "date",
}
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ\u1ea0-\u1ef9]", re.IGNORECASE)
NAMES = (  # what stays Vietnamese in an English text
    "Nhịp Cầu", "Tiếng Việt", "Việt Nam", "Kiên Giang", "Phú Quốc", "Kiên Hải", "Thổ Châu", "Hà Nội", "NĐ-CP", "QĐ-TTg",
    "Tết", "Ngôn ngữ", "phường Long Xuyên", "xã Bát Tràng", "Nguyễn Thị Ví Dụ",
)  # fmt: skip
MARKS = re.compile(r"\*\*|^- |^\d+\. |\]\(", re.MULTILINE)


@cache
def material(place: str) -> Material:
    return gather(read_bundle(ROOT / "content", place))


@cache
def programme(place: str) -> Programme:
    return assemble(material(place))


def values(source: str) -> set[str]:
    """The names that a text's placeholders use."""
    inside = " ".join(PLACEHOLDER.findall(source))
    found = set(NAME.findall(re.sub(r"\b(?:facts|answers)\.\w+", lambda name: name[0].replace(".", "_"), inside)))
    return found - GRAMMAR


def texts(place: str) -> Iterator[tuple[str, dict[str, str]]]:
    for text_id, pieces in material(place).texts.items():
        yield text_id, {language: piece.source for language, piece in pieces.items()}


def titles(place: str) -> Iterator[tuple[str, Localised]]:
    """Everything plain that people read: routes, topics, forms with their sections, labels and units, and the rows."""
    loaded = programme(place)
    yield from loaded.routes.items()
    yield from ((f"topic {topic.id}", topic.title) for topic in loaded.topics.values())
    yield from ((f"purpose {purpose.id}", purpose.title) for purpose in loaded.purposes.values())
    yield from ((f"{kind} {row.id}", row.title) for kind, rows in loaded.entries.items() for row in rows)
    for name, fact in material(place).programme.model.facts.items():
        yield f"fact {name}", fact.title
    for form in loaded.forms.values():
        yield f"form {form.id}", form.title
        yield from ((f"section {section.id}", section.title) for section in form.sections)
        yield from ((f"short {name}", short) for name, short in form.short.items())
        for question in form.questions:
            yield from ((f"{question.id}.{option.id}", option.label) for option in question.options)
            if question.unit:
                yield f"{question.id} unit", question.unit


def plain(words: str) -> str:
    for name in NAMES:
        words = words.replace(name, "")
    return words


@pytest.mark.parametrize("place", PLACES)
def test_both_languages_are_loaded_without_a_problem(place):
    assert programme(place).languages == LANGUAGES
    assert check(read_bundle(ROOT / "content", place)) == []


@pytest.mark.parametrize("place", PLACES)
def test_every_text_and_title_stands_in_both_languages(place):
    listed = [*texts(place), *titles(place)]
    assert len(listed) > 600
    assert [name for name, words in listed if sorted(words) != sorted(LANGUAGES)] == []
    assert [name for name, words in listed if not all(one.strip() for one in words.values())] == []


@pytest.mark.parametrize("place", PLACES)
def test_both_languages_use_the_same_values(place):
    differing = {name: words for name, words in texts(place) if values(words["vi"]) != values(words["en"])}
    assert {name: [values(words[one]) for one in LANGUAGES] for name, words in differing.items()} == {}


@pytest.mark.parametrize("place", PLACES)
def test_no_vietnamese_is_left_in_english(place):
    left = {
        name: words["en"] for name, words in [*texts(place), *titles(place)] if VIETNAMESE.search(plain(words["en"]))
    }
    assert left == {}


@pytest.mark.parametrize("place", PLACES)
def test_no_english_text_is_its_vietnamese_original(place):
    same = {
        name for name, words in texts(place) if words["vi"] == words["en"] and VIETNAMESE.search(plain(words["vi"]))
    }
    assert same == set()


@pytest.mark.parametrize("place", PLACES)
def test_topics_are_built_alike(place):
    """As many pages and the same marks: no paragraph, point or link of an article is missing in English."""
    longer = material(place).longer
    short = {name: dict(texts(place))[f"topics.{name}"] for name in programme(place).topics}
    assert {name for name, by in longer.items() if sorted(by) != sorted(LANGUAGES)} == set()
    for name in programme(place).topics:
        whole = {one: f"{short[name][one]}\n\n{longer[name][one].source}" for one in LANGUAGES}
        assert len(MARKS.findall(whole["vi"])) == len(MARKS.findall(whole["en"])), name
        assert re.findall(r"https?://\S+?\)", whole["vi"]) == re.findall(r"https?://\S+?\)", whole["en"]), name


@pytest.mark.parametrize("place", PLACES)
def test_laws_and_figures_are_the_same(place):
    """Each number of a law, an amount or a count in a Vietnamese text stands in the English one, too."""
    differing = {
        name: (figures(words["vi"], "vi"), figures(words["en"], "en"))
        for name, words in texts(place)
        if name.startswith(("topics.", "consents.", "forms."))
        and not re.search(r"topics\.\w+\.\d", name)  # pages may part elsewhere; whole articles are compared below
        and figures(words["vi"], "vi") != figures(words["en"], "en")
    }
    assert differing == {}
    for name, by in material(place).longer.items():
        assert figures(by["vi"].source, "vi") == figures(by["en"].source, "en"), name


def figures(source: str, language: str) -> set[str]:
    """The numbers in a text, without marks of thousands."""
    source = PLACEHOLDER.sub("", source).replace(" June", "/6")
    thousands = "." if language == "vi" else ","
    return set(re.findall(r"\d+", re.sub(rf"(?<=\d)\{thousands}(?=\d{{3}}\b)", "", source)))

"""What a lexicon is made of: the word lists and all meanings, made ready to be looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.flows.understanding.choosing import choosing
from bot.flows.understanding.folding import bare, marked
from bot.flows.understanding.meaning import index
from bot.flows.understanding.phrasebook import Meaning
from bot.flows.understanding.phrases import phrases
from bot.flows.understanding.refusing import refusals
from bot.flows.understanding.replies import replies
from bot.flows.understanding.spelling import rules, speller

OF_PLACES = (
    "reaching",
    "legal_forms",
    "not_named",
    "not_coming",
    "withdrawing",
)  # which releases before 2026-12 do not have


def parts(words: Mapping[str, Any], meanings: Sequence[Meaning]) -> dict[str, Any]:
    """The fields of a lexicon by their names."""
    spell = speller(words["abbreviations"], words["signs"], _known(words, meanings))
    after = [*words["persons"], *words["particles"], *words["asking"]]
    tables = {
        name: phrases({"": listed}, spell.words)
        for name, listed in (("before", [*after, *words["hailing"]]), ("after", after), ("lone", words["lone"]))
    }
    ask = {name: phrases({"": words["question"][name]}, spell.words) for name in ("anywhere", "ends")}
    commands = {route: [phrase.replace("#", "0") for phrase in listed] for route, listed in words["commands"].items()}
    doubts = phrases(words["doubtful"], spell.words)
    same = rules(words["same"].items())
    answers = replies(words, spell.words)
    return dict(
        speller=spell,
        commands=phrases(commands, spell.words),
        doubts=doubts,
        before=tables["before"],
        after=tables["after"],
        lone=tables["lone"],
        languages=phrases(words.get("languages", {}), spell.words),  # which releases before 2026-11 do not have
        asking=ask["anywhere"],
        ending=ask["ends"],
        # which releases before 2026-12 do not have
        ignorance=phrases({"": words.get("unknowing", ())}, spell.words),
        lack=phrases({"": words.get("lacking", ())}, spell.words),
        oneself=phrases({"": words.get("oneself", {}).get("said", ())}, spell.words),
        oneself_asis=phrases({"": words.get("oneself", {}).get("asis", ())}, spell.words),
        **{name: phrases({"": words.get(name, ())}, spell.words) for name in OF_PLACES},
        replies=answers,
        index=index(meanings, spell, same, words),
        refusals=refusals(words["refusal"], spell.words),
        choosing=choosing(words["choosing"], spell.words, answers.read, spell.known),
        registering=phrases(
            {"": words.get("registering", [])}, spell.words
        ),  # which releases before 2026-12 do not have
    )


def _known(words: Mapping[str, Any], meanings: Sequence[Meaning]) -> set[str]:
    """Every word, without accents, that the lists and the contents use."""
    texts = list(_strings({name: part for name, part in words.items() if name != "abbreviations"}))
    texts += [
        long for longs in words["abbreviations"].values() for long in ([longs] if isinstance(longs, str) else longs)
    ]
    texts += [text for meaning in meanings for text in (*meaning.titles, *meaning.keywords, *meaning.examples)]
    return {bare(word) for text in texts for word in marked(text)}  # brackets and bars part words, too


def _strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        yield from (text for pair in part.items() for item in pair for text in _strings(item))
    elif isinstance(part, list):
        yield from (text for item in part for text in _strings(item))

"""A yes or a no that repeats the question's own verb: to "… đã khai báo chưa?" the lines "đã khai báo", "khai báo rồi" are a
yes, "chưa khai báo" a no. Only words that stand right behind "có" or "đã" in the question are its verb."""

from __future__ import annotations

from bot.flows.answers import Read
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question
from bot.flows.understanding import fold

MOST = 8  # words
VERB_AFTER = ("co", "da")
SAID_BEFORE = frozenset({"co", "da", "xin", "don", "vi", "cong", "ty", "so", "ben"})
DENIES = frozenset({"khong", "chua", "chang"})


def repeated(scene: Scene, question: Question, line: str) -> Read | None:
    """What the line says by repeating; None where it says more, or other words."""
    lexicon = scene.programme.lexicon
    if question.type != "yes_no" or "?" in line or lexicon.question(line):
        return None
    said = [fold(word) for word in lexicon.choosing.bared(lexicon.choosing.spell(line))]
    denied = [word for word in said if word in DENIES]
    if len(said) > MOST or len(denied) > 1:
        return None
    while said and (said[0] in SAID_BEFORE or said[0] in denied):
        said = said[1:]
    text, words = f" {fold(scene.form_text(question.id).plain)} ", " ".join(said)
    there = len(words) > 2 and any(f" {before} {words} " in text for before in VERB_AFTER)
    return Read(not denied) if there and not set(denied) & set(said) else None

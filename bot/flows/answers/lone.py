"""A yes, a no, or not knowing, said alone where one of several things is asked for: it names the option that says just
this, if there is just one, and never one that merely shares a word with it."""

from __future__ import annotations

from bot.flows.answers.outcomes import Asking, Outcome, Read
from bot.flows.programme import Option, words

FEW = 2  # words of a yes or a no that says nothing else


def said_alone(asking: Asking, line: str) -> Outcome | None:
    """None for a line that says more. A bare yes is asked which; a bare no where no option is one stays unread."""
    lexicon = asking.programme.lexicon
    if lexicon.unknowing(line):
        return _only(asking, [option for option in asking.question.options if is_unknown(asking, option)])
    bared = lexicon.choosing.bared(lexicon.choosing.spell(line))
    said = lexicon.yes_no(line) if len(bared) <= FEW and not any(map(str.isdecimal, line)) else None
    if said is None:
        return None
    return _yes(asking) if said else _no(asking, bared[0] if bared else "")


def is_unknown(asking: Asking, option: Option) -> bool:
    """Whether the option says that one does not know, be it before a comma ("Chưa biết, cần tư vấn")."""
    parts = (part for name in _names(option) for part in name.split(","))
    return any(map(asking.programme.lexicon.unknowing, parts))


def is_no(asking: Asking, option: Option) -> bool:
    """Whether the option itself is a no ("chưa có"), and not merely what remains ("chưa biết")."""
    return any(asking.programme.lexicon.yes_no(name) is False for name in _names(option))


def _names(option: Option) -> tuple[str, ...]:
    return (*option.label.values(), *option.aliases)


def _only(asking: Asking, options: list[Option]) -> Outcome:
    """The option as an answer, if it is the only one."""
    if len(options) != 1:
        return not_among(asking)
    return Read([options[0].id] if asking.question.type == "choices" else options[0].id)


def _yes(asking: Asking) -> Outcome:
    """Which, then? Where one option is a no, the others are what a yes may mean."""
    options = asking.question.options
    rest = [option for option in options if not is_no(asking, option) and not is_unknown(asking, option)]
    if asking.question.type == "choices" or not any(is_no(asking, option) for option in options):
        return asking.unread("yes_which")
    return asking.several([option.id for option in rest][:8])


def _no(asking: Asking, word: str) -> Outcome | None:
    """Several things have a `none` of their own, and read it themselves; "sai", "thôi" are no answer of this kind."""
    if asking.question.type == "choices" or not asking.programme.lexicon.choosing.kinds.denies(word):
        return None
    return _only(asking, [option for option in asking.question.options if is_no(asking, option)])


def not_among(asking: Asking) -> Outcome:
    """With the name of the option "other", if there is one: how to say what is not among the options."""
    option = asking.question.option(asking.question.other) if asking.question.other else None
    return asking.unread(other=words(option.label, asking.language) if option else "")

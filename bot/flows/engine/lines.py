"""A typed line, understood in the order of DESIGN 5: a command that stands alone, the waiting place, the waiting
question, a topic or flow by meaning, an honest "not understood"."""

from __future__ import annotations

import re

from bot.flows.answers.writing import clean
from bot.flows.engine import (
    case_numbers,
    changing,
    fitting,
    forms,
    handoff,
    human,
    questions,
    routes,
    summary,
    topics,
)
from bot.flows.engine.own_words import FREE, is_answer
from bot.flows.engine.picking import called, shown, typed
from bot.flows.engine.places import PLACES, answer_by
from bot.flows.engine.questions import best
from bot.flows.engine.scene import PASSING, Scene
from bot.flows.engine.slashes import slashed
from bot.flows.engine.taps import press
from bot.flows.understanding import CERTAIN, LIKELY, fold
from bot.flows.values import Choice, Event

NOTICED = re.compile(r"([A-Ha-h])(\d{1,6})[.)]?(?:\s+(\S.*))?")
PLAIN = (  # places that take a yes or a no
    "consent", "confirm", "cancel", "doubtful", "unsure", "announce", "candidates", "watch", "class", "waiting_list", "give_back",
    "cancel_class", "delete_data", "correct_sure", "withdraw_case", "leave", "desk_remove", "desk_sure",
)  # fmt: skip
OFFICIALS = (  # where any line is an official's own words
    "announcement", "answering", "request_answer", "desk_words", "refusal", "cancel_class_why",
)  # fmt: skip
TALKED = ("announcement", "answering")  # where even a button's words are for somebody else
WORDS = (*OFFICIALS, "other", "correct_words")  # where a digit is no choice


def said(scene: Scene, event: Event) -> None:
    """One typed line."""
    line = str(event.data["text"])
    handoff.lapse(scene)
    if not clean(line):
        return _empty(scene)
    if (
        _slash(scene, line)
        or _of_notice(scene, line)
        or _button(scene, line)
        or (not _own_words(scene) and case_numbers.numbered(scene, line))
        or _label(scene, line)
        or _command(scene, line)
        or _place(scene, line)
    ):
        return
    question = forms.question_waiting(scene)
    if question:
        return questions.line_at(scene, question, line)
    if scene.session.draft:
        return _at_summary(scene, line)
    _by_meaning(scene, line)


def _own_words(scene: Scene) -> bool:
    """Whether an official is asked for words of their own, which are no command."""
    waiting = scene.session.waiting
    return waiting is not None and waiting.kind in OFFICIALS


def _empty(scene: Scene) -> None:
    """Nothing that could be read; it does not count as a failed answer."""
    scene.understood("again" if scene.amid else "unknown")
    scene.say("unexpected.empty")
    if scene.amid:
        return forms.again(scene)
    topics.onward(scene, "menu.text")


def _slash(scene: Scene, line: str) -> bool:
    """A line that begins with a slash is a command, known or not."""
    if not line.lstrip().startswith("/"):
        return False
    if not slashed(scene, line) and not _command(scene, line):
        topics.unknown(scene, "")
    return True


def _of_notice(scene: Scene, line: str) -> bool:
    """A choice of a message that nobody asked for, by its letter and number ("A7"), its label behind them or not."""
    found = NOTICED.fullmatch(line.strip())
    routes = scene.session.notices.get(found[2]) if found else None
    at = "ABCDEFGH".index(found[1].upper()) if found else 0
    if not isinstance(routes, list) or at >= len(routes) or questions.is_option(scene, line):
        return False
    if found and found[3] and fold(found[3]) != fold(scene.called(str(routes[at]).partition(":")[0])):
        return False
    press(scene, f"go.{routes[at]}")
    return True


def _button(scene: Scene, line: str) -> bool:
    """The very words of a button: of what waits, of the summary, or of a route just shown beside them."""
    session, waiting = scene.session, scene.session.waiting
    if waiting and waiting.kind in TALKED:
        return False
    there = shown(scene, waiting) if waiting else ()
    if not waiting and session.draft and not session.draft.asked:
        there = summary.choices(scene)
    choice = called(there, line)
    value = choice.value if choice else "" if questions.is_option(scene, line) else _beside(scene, line)
    if value:
        press(scene, value)
    return bool(value)


def _beside(scene: Scene, line: str) -> str:
    """The button of a route shown just now."""
    choice = called((Choice(value, label) for label, value in scene.session.beside.items()), line)
    return choice.value if choice else topics.next_page(scene, line)


def _label(scene: Scene, line: str) -> bool:
    """A choice on the screen, typed by its number or nearly by its label; a control of the question."""
    waiting, question = scene.session.waiting, forms.question_waiting(scene)
    if waiting and waiting.kind not in WORDS:
        choice = typed(scene, waiting, line)
    else:
        choice = questions.control(scene, question, line) if question else None
    if choice:
        press(scene, choice.value)
    return choice is not None


def _command(scene: Scene, line: str) -> bool:
    """A command standing alone; one that stops or deletes and could mean something else is confirmed first."""
    lexicon, waiting = scene.programme.lexicon, scene.session.waiting
    own = _own_words(scene) and not line.lstrip().startswith("/")
    if own or human.is_for_official(scene, line):
        return False  # an official's own words, or words to one
    route = _loosely(scene, line, lexicon.command(line))
    doubt = lexicon.doubtful(line) or (_hazy(scene, line) if route == "optout" else None)
    if (route is None and doubt is None) or questions.is_option(scene, line) or is_answer(scene, line, route or ""):
        return False
    if handoff.is_here(scene) and human.command(scene, line, route or "", doubt or ""):
        return True
    if doubt:
        return _unclear(scene, line, doubt)
    assert route
    if route == "change" and changing.numbered(scene, line):
        return True
    if what := answer_by(waiting, route):
        assert waiting
        return PLACES[waiting.kind].tap(scene, waiting, what)
    if route == "thanks":
        topics.thanks(scene)
    elif route == "menu":
        routes.go(scene, route)
    else:
        routes.digress(scene, route)
    return True


def _loosely(scene: Scene, line: str, route: str | None) -> str | None:
    """ "huy cho toi" amid a form may be "hủy cho tôi": that only asks first, while a seat may not be meant."""
    loose = route == "my_classes" and not scene.programme.lexicon.spelt(line, route)
    return "cancel" if loose and (scene.session.draft or not line.isascii()) else route


def _hazy(scene: Scene, line: str) -> str | None:
    """A stop in a word or two while a form is open may mean the form ("đừng gửi"); one with a word typed without its accents
    ("dung roi") may mean anything."""
    words = line.split()
    if scene.session.draft and len(words) <= 2:
        return "optout"
    sure = any(guess.route == "optout" and guess.score >= CERTAIN for guess in scene.programme.lexicon.guesses(line))
    return None if sure else next(filter(None, map(scene.programme.lexicon.doubtful, words)), None)


def _unclear(scene: Scene, line: str, route: str) -> bool:
    """A bare "dung", "thoi", "xoa": an answer where one is possible, else confirmed."""
    waiting, question = scene.session.waiting, forms.question_waiting(scene)
    if waiting and waiting.kind in PLAIN:
        return False
    if question and question.type in FREE:
        questions.ask_meant(scene, question, line, route)
    elif question and question.type == "yes_no":
        return False
    elif scene.session.draft and not question and not waiting and scene.programme.lexicon.doubtful(line) == "optout":
        return False  # at the summary "dung" is most likely "đúng", which it then is asked to say
    elif route == "cancel" and not scene.amid:
        scene.understood("cancel")
        topics.onward(scene, "menu.fine")  # nothing is under way that "thôi" could mean
    elif route == "cancel":
        routes.go(scene, route)
    else:
        routes.confirm(scene, route)
    return True


def _place(scene: Scene, line: str) -> bool:
    """The waiting place takes the line, or something said clearly is answered first and the place asks again."""
    waiting = scene.session.waiting
    if waiting is None:
        return False
    guess = questions.elsewhere(scene, line)
    if guess and is_answer(scene, line, guess.route):
        guess = None
    if waiting.kind == "other" and guess and (guess.score >= questions.EXACT or scene.programme.lexicon.question(line)):
        routes.digress(scene, guess.route)
        return True
    if PLACES[waiting.kind].line(scene, waiting, line):
        return True
    if waiting.kind in PASSING:
        scene.settle()
        return handoff.come_back(scene) and _place(scene, line)
    if guess:
        questions.act(scene, guess.route)
        return True
    scene.understood("again")
    text_id = "again.consent" if waiting.kind == "consent" else "again.place"
    scene.say("again.place_stuck" if scene.count_failure() >= 3 else text_id)
    forms.again(scene)
    return True


# -- at the summary, or nowhere --------------------------------------------------------------------------------------


def _at_summary(scene: Scene, line: str) -> None:
    """A number changes that answer, a plain yes sends, a plain no asks what to change."""
    if summary.numbered(scene, line) or summary.named(scene, line):
        return
    answer = scene.programme.lexicon.yes_no(line)
    if answer is not None and not fold(line).isdecimal():
        return summary.submit(scene) if answer else summary.ask_which(scene)
    if guess := questions.elsewhere(scene, line):
        return questions.act(scene, guess.route)
    scene.understood("again")
    scene.say("again.summary")
    forms.again(scene)


def _by_meaning(scene: Scene, line: str) -> None:
    guess = best(scene, line)
    if guess is None or guess.score < LIKELY:
        if scene.programme.lexicon.yes_no(line) is None:
            return topics.unknown(scene, line)
        scene.understood("menu")
        return topics.onward(scene, "menu.fine")
    if guess.route in ("optout", "delete_data") and guess.score < CERTAIN:
        return routes.confirm(scene, guess.route)
    if guess.route == "menu":
        return topics.greet(scene)
    routes.go(scene, fitting.narrowed(scene, guess.route, line))

"""A typed line, understood in the order of DESIGN 5: a command that stands alone, the waiting place, the waiting
question, a topic or flow by meaning, an honest "not understood"."""

from __future__ import annotations

from bot.flows.answers import Read, Several, Unread
from bot.flows.engine import forms, officials, routes, summary, topics
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question
from bot.flows.understanding import CERTAIN, LIKELY, Guess, fold
from bot.flows.values import Event

SHORT = 6  # words: a near-certain topic in a line no longer than this is no answer to a free question
FIRST = ("delete_data", "optout", "cancel", "human")  # these win over an answer to a question


def said(scene: Scene, event: Event) -> None:
    """One typed line."""
    line = str(event.data["text"])
    if _slash(scene, line) or _command(scene, line) or _place(scene, line):
        return
    question = forms.question_waiting(scene)
    if question:
        return _at_question(scene, question, line)
    if _at_summary(scene, line):
        return
    _by_meaning(scene, line)


def _slash(scene: Scene, line: str) -> bool:
    """Commands with a slash; the officials' do not exist for anybody else."""
    if not line.lstrip().startswith("/"):
        return False
    name, _, rest = line.strip().partition(" ")
    match fold(name):
        case "start":
            topics.greet(scene)
        case "canbo" if rest.strip():
            officials.bind(scene, rest)
        case "thongbao" if officials.announce(scene, line.strip()[len(name) :]):
            pass
        case _:
            return _command(scene, line) or _unknown(scene, line)
    return True


def _unknown(scene: Scene, line: str) -> bool:
    topics.unknown(scene, line.strip().lstrip("/"))
    forms.again(scene)
    return True


def _command(scene: Scene, line: str) -> bool:
    """A command standing alone; one that stops or deletes and could mean something else is confirmed first."""
    lexicon = scene.programme.lexicon
    if _words_wanted(scene) and not line.lstrip().startswith("/"):
        return False
    if doubt := lexicon.doubtful(line):
        return _unclear(scene, line, doubt)
    route = lexicon.command(line)
    if route is None or _is_option(scene, line, route):
        return False
    if route in ("back", "skip", "pause", "resume", "cancel", "submit", "change", "menu", "optin", "optout"):
        routes.go(scene, route)
    else:
        routes.digress(scene, route)
    return True


def _words_wanted(scene: Scene) -> bool:
    """Whether an official is writing an announcement: its words are not commands."""
    waiting = scene.session.waiting
    return waiting is not None and waiting.kind == "announcement"


def _unclear(scene: Scene, line: str, route: str) -> bool:
    """A bare "dung", "thoi", "xoa": an answer where one is possible, else confirmed."""
    if _expects_yes_no(scene):
        return False
    if route == "cancel" or (
        route == "optout" and not scene.session.consents.get("announcements") and scene.session.draft
    ):
        forms.cancel(scene)
    else:
        routes.confirm(scene, route)
    return True


def _expects_yes_no(scene: Scene) -> bool:
    waiting = scene.session.waiting
    if waiting:
        return waiting.kind in ("consent", "confirm", "cancel", "doubtful", "announce", "candidates")
    question = forms.question_waiting(scene)
    return question is not None and question.type == "yes_no"


def _is_option(scene: Scene, line: str, route: str) -> bool:
    """Whether the words are an option of the waiting question ("bỏ qua" as an option's label is that option)."""
    question = forms.question_waiting(scene)
    if question is None or not question.options:
        return False
    labels = {fold(label) for option in question.options for label in (*option.label.values(), *option.aliases)}
    return fold(line) in labels


def _place(scene: Scene, line: str) -> bool:
    """The waiting place takes the line, or something said clearly is answered first and the place asks again."""
    from bot.flows.engine.places import PLACES

    waiting = scene.session.waiting
    if waiting is None:
        return False
    if PLACES[waiting.kind].line(scene, waiting, line):
        return True
    if waiting.kind == "offers":
        scene.settle()
        return False
    guess = _best(scene, line)
    if guess and guess.score >= LIKELY:
        routes.digress(scene, guess.route)
        return True
    _place_unread(scene)
    return True


def _place_unread(scene: Scene) -> None:
    scene.understood("again")
    scene.say("again.place_stuck" if scene.count_failure() >= 3 else "again.place")
    forms.again(scene)


def _best(scene: Scene, line: str) -> Guess | None:
    return next(iter(scene.programme.lexicon.guesses(line)), None)


# -- at a question ---------------------------------------------------------------------------------------------------


def _at_question(scene: Scene, question: Question, line: str) -> None:
    guess = _best(scene, line)
    if guess and guess.route in FIRST and guess.score >= CERTAIN:
        return _act(scene, guess.route)
    if question.type in forms.FREE:
        return _at_free_question(scene, question, line, guess)
    result = forms.reading(scene, question, scene.event)
    asks = scene.programme.lexicon.question(line)
    if (
        guess
        and guess.score >= LIKELY
        and (isinstance(result, Unread) or (asks and not _exact(scene, question, result)))
    ):
        return _act(scene, guess.route)
    forms.take(scene, question, result)


def _exact(scene: Scene, question: Question, result: Read | Several | Unread) -> bool:
    """Whether the reading rests on a format (a number, a code, a phone), which no question has by chance."""
    return isinstance(result, Read) and question.type not in ("choice", "choices", "yes_no", "commune", "rating")


def _act(scene: Scene, route: str) -> None:
    """Something other than an answer was said amid a form."""
    if route in ("cancel", "optout", "optin", "pause", "back", "skip", "resume", "submit", "change"):
        return routes.confirm(scene, route) if route == "optout" else routes.go(scene, route)
    routes.digress(scene, route)


def _at_free_question(scene: Scene, question: Question, line: str, guess: Guess | None) -> None:
    """Any words may be the answer: only a plain question or a near-certain route in few words is taken otherwise."""
    asks = scene.programme.lexicon.question(line)
    short = len(line.split()) <= SHORT
    if guess and ((asks and guess.score >= LIKELY) or (short and guess.score >= CERTAIN)):
        return _act(scene, guess.route)
    if asks or (guess and guess.score >= CERTAIN and question.type == "text"):
        return _ask_meant(scene, question, line, guess.route if guess and guess.score >= LIKELY else "")
    forms.take(scene, question, forms.reading(scene, question, scene.event))


def _ask_meant(scene: Scene, question: Question, line: str, route: str) -> None:
    """In doubt: is this the answer or a question?"""
    scene.understood("again")
    scene.wait("meant", question=question.id, line=line, route=route)
    choices = (scene.ok("answer", "is_answer"), scene.ok("question", "is_question"))
    scene.say("flow.meant", choices, line=line)


# -- at the summary, or nowhere --------------------------------------------------------------------------------------


def _at_summary(scene: Scene, line: str) -> bool:
    """A number alone, or with "sửa", names the answer to change; a plain yes sends."""
    if not scene.session.draft:
        return False
    words = fold(line).split()
    numbers = [word for word in words if word.isdecimal()]
    rest = " ".join(word for word in words if not word.isdecimal())
    lexicon = scene.programme.lexicon
    rows = summary.listed(scene)
    if len(numbers) == 1 and (not rest or lexicon.command(rest) == "change") and 1 <= int(numbers[0]) <= len(rows):
        summary.change(scene, rows[int(numbers[0]) - 1])
        return True
    if lexicon.yes_no(line):
        summary.submit(scene)
        return True
    guess = _best(scene, line)
    if guess and guess.score >= LIKELY:
        _act(scene, guess.route)
    else:
        scene.understood("again")
        scene.say("again.summary")
        forms.again(scene)
    return True


def _by_meaning(scene: Scene, line: str) -> None:
    guess = _best(scene, line)
    if guess is None or guess.score < LIKELY:
        return topics.unknown(scene, line)
    if guess.route in ("optout", "delete_data") and guess.score < CERTAIN:
        return routes.confirm(scene, guess.route)
    scene.settle()
    routes.go(scene, guess.route)

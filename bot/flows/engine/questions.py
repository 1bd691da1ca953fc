"""A typed line at a form's question: an answer, or something else that was plainly meant; in doubt the bot asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from bot.flows.answers import Read, Several, Unread, display
from bot.flows.answers.people import is_name as is_persons_name
from bot.flows.engine import answering, asking, forms, people, routes, suggesting
from bot.flows.engine.own_words import FREE, is_name, no_call
from bot.flows.engine.scene import Scene
from bot.flows.programme import Programme, Question
from bot.flows.remembering import remembered
from bot.flows.understanding import CERTAIN, LIKELY, Guess, fold, industries
from bot.flows.values import Choice

TEXTS = ("text", "long_text")
FEW = 2  # words that were read as an answer are one
SHORT = 6  # words: a near-certain topic in a line no longer than this is no answer to a free question
EXACT = 0.95  # the score of a line that stands in the content as it is
QUOTED = 300  # characters of a line that is quoted back
FIRST = ("delete_data", "optout", "cancel", "human")  # these win over an answer to a question
STEPS = ("submit", "skip", "back", "change")
NAMED = ("choice", "choices", "yes_no", "commune", "industry", "rating")  # read from words; the others from a format
OWNED = ("tax_code", "phone", "email", "url", "barcode", "file")  # what one may simply not have


def best(scene: Scene, line: str) -> Guess | None:
    """What the line most likely means, anywhere. A step of a form is a command that stands alone, never a guess:
    "chưa gửi" must send nothing."""
    return next((guess for guess in scene.programme.lexicon.guesses(line) if guess.route not in STEPS), None)


def elsewhere(scene: Scene, line: str) -> Guess | None:
    """What the line means besides an answer: plainly asked, or near enough to what people ask."""
    guess = best(scene, line)
    if guess is None or guess.score < LIKELY or scene.programme.lexicon.unclear(line):
        return None
    if scene.session.draft and guess.route.startswith("form.") and guess.score < CERTAIN:
        return None  # another form begins amid one only where it is named
    return guess if guess.score >= (LIKELY + CERTAIN) / 2 or scene.programme.lexicon.question(line) else None


def line_at(scene: Scene, question: Question, line: str) -> None:
    if people.refused(scene, question, line) or people.oneself(scene, question, line):
        return None
    if question.type == "people" and _whole(result := answering.reading(scene, question, scene.event)):
        return answering.take(scene, question, result)
    if question.person and _with_position(scene, line):
        return answering.take(scene, question, answering.reading(scene, question, scene.event))
    if question.type in FREE:
        return _at_free_question(scene, question, line, best(scene, line))
    result = reading(scene, question)
    asks = scene.programme.lexicon.question(line)
    if isinstance(result, Read) and not asks and len(line.split()) <= FEW:
        return answering.take(scene, question, result)
    guess = best(scene, line)
    if guess and guess.route in FIRST and guess.score >= CERTAIN and not is_option(scene, line):
        return act(scene, guess.route)
    partly = isinstance(result, Unread) and is_option(scene, line)  # one of several that are wanted ("5s")
    other = elsewhere(scene, line) if (isinstance(result, Unread) and not partly) or asks else None
    if other and not _exact(question, result):
        return act(scene, other.route)
    if isinstance(result, Unread) and _has_none(scene, question, line):
        return forms.skip(scene)
    if isinstance(result, Unread) and _leaves_open(scene, question, line):
        return answering.unsure(scene, question)
    answering.take(scene, question, result)


def _leaves_open(scene: Scene, question: Question, line: str) -> bool:
    """Whether one does not know and no option says so, or says no where no option is one."""
    lexicon = scene.programme.lexicon
    if lexicon.unknowing(line):
        return True
    lone = question.optional and question.type == "choice" and len(line.split()) <= FEW
    return lone and lexicon.yes_no(line) is False and not any(map(str.isdecimal, line))


def _whole(result: Read | Several | Unread) -> bool:
    """Whether a line names somebody with a telephone number, which nothing else does ("Lan, phụ trách chất lượng, 09…")."""
    rows = result.value if isinstance(result, Read) else None
    return isinstance(rows, list) and all(isinstance(row, dict) and row.get("phone") for row in rows)


def _with_position(scene: Scene, line: str) -> bool:
    """Whether a line is somebody's name and, behind a comma, what they do ("Nguyễn Thị Ví Dụ, phụ trách chất lượng")."""
    name, comma, rest = line.partition(",")
    return bool(comma and rest.strip()) and is_persons_name(name.strip()) and not scene.programme.lexicon.question(line)


def _has_none(scene: Scene, question: Question, line: str) -> bool:
    """ "Không có" where a code or a number may be left out."""
    return question.optional and question.type in OWNED and scene.programme.lexicon.yes_no(line) is False


def _exact(question: Question, result: Read | Several | Unread) -> bool:
    """Whether the reading rests on a format (a number, a code, a phone), which no question has by chance."""
    return isinstance(result, Read) and question.type not in NAMED


def reading(scene: Scene, question: Question) -> Read | Several | Unread:
    """The line as an answer. What was ticked already stays ticked, be the line clear or one of several; where there was
    an answer before, the line replaces it."""
    result = answering.reading(scene, question, scene.event)
    if isinstance(result, Unread) or not scene.draft.picked or question.id in scene.draft.answers:
        return result
    if isinstance(result, Read):
        return _ticked(scene, question, result)
    merged = [_ticked(scene, question, Read(value)) for value, _ in result.candidates]
    labels = {
        display(question, one.value, scene.pinned, scene.language): one.value for one in merged if isinstance(one, Read)
    }
    return Several(tuple((value, label) for label, value in labels.items())) if labels else merged[0]


def _ticked(scene: Scene, question: Question, result: Read) -> Read | Several | Unread:
    """The choices together with the ticks; "none of them" stands alone."""
    if not isinstance(result.value, list) or question.none in result.value:
        return result
    together = ",".join([*scene.draft.picked, *map(str, result.value)])
    event = replace(scene.event, name="tapped", data={"value": f"={together}"})
    ticked = answering.reading(scene, question, event)
    return replace(ticked, other=result.other) if isinstance(ticked, Read) else ticked


def control(scene: Scene, question: Question, line: str) -> Choice | None:
    """A control of the question ("Xong", "Giữ nguyên") by its label, in any of the programme's languages."""
    if people.ends(scene, question, line):
        return asking.control(scene, question, "done")
    if suggested := suggesting.typed(scene, question, line):
        return suggested
    said = fold(line) if len(line) <= 60 else ""
    meant = _control_labels(scene.programme).get(said) if said else None
    if meant and "later" in meant:  # also where there are several to hand in later
        meant |= {"later_all"}
    ways = asking.ways(scene, question) if meant else ()
    return next((asking.control(scene, question, *way) for way in ways if meant and way[1] in meant), None)


@remembered(16)
def _control_labels(programme: Programme) -> Mapping[str, frozenset[str]]:
    """Folded words → the labels they are."""
    found: dict[str, frozenset[str]] = {}
    for name, language in product(asking.LABELS, programme.languages):
        said = fold(programme.render(f"label.{name}", language, {}).plain)
        found[said] = found.get(said, frozenset()) | {name}
    return found


def is_option(scene: Scene, line: str) -> bool:
    """Whether the words are an option of the waiting question, and so no command ("tư vấn" may be one; "nha nghi" is a
    line of business where one is asked for, "chinh toi" who is talking where a name is)."""
    question = forms.question_waiting(scene)
    if question is None or len(line) > 120:
        return False
    if question.person or question.type == "people":
        return scene.programme.lexicon.means_oneself(line)
    if question.type == "industry":
        return industries.find(line, scene.pinned.industries, scene.programme.lexicon.choosing).sure
    return bool(question.options) and fold(line) in _called(question)


@remembered(1024)
def _called(question: Question) -> frozenset[str]:
    """What the options of a question are called, folded."""
    return frozenset(fold(label) for option in question.options for label in (*option.label.values(), *option.aliases))


def act(scene: Scene, route: str) -> None:
    """Something other than an answer was said amid a form; what a guess would stop is confirmed."""
    if route in ("optout", "delete_data"):
        return routes.confirm(scene, route)
    routes.digress(scene, route)


def _at_free_question(scene: Scene, question: Question, line: str, guess: Guess | None) -> None:
    """Any words may be the answer: only a plain question or a near-certain route in few words is taken otherwise, and
    words that the question itself uses are an answer."""
    if is_name(scene, question, line):
        return answering.take(scene, question, answering.reading(scene, question, scene.event))
    if _nothing_to_say(scene, question, line):
        return None
    asks = scene.programme.lexicon.question(line)
    if guess and guess.route == "human" and not asks and no_call(scene, line):
        guess = None
    likely = guess if guess and guess.score >= LIKELY else None
    certain = likely if likely and likely.score >= CERTAIN else None
    short = len(line.split()) <= SHORT or bool(certain and certain.score >= EXACT)
    if asks and likely and not line.rstrip().endswith("."):
        return act(scene, likely.route)
    if certain and (short or certain.route in FIRST) and not _in_question(scene, question, line):
        if short and _nothing_else(scene, line, certain.route):
            return act(scene, certain.route)
        if len(line) <= QUOTED:
            return ask_meant(scene, question, line, certain.route)
    if asks and len(line) <= QUOTED:  # a sentence with a full stop may be either
        return ask_meant(scene, question, line, likely.route if likely else "")
    answering.take(scene, question, answering.reading(scene, question, scene.event))


def _nothing_to_say(scene: Scene, question: Question, line: str) -> bool:
    """ "Không có", "không nhớ" are no words to keep: what may be left open is, and said so; else it is asked again."""
    lexicon = scene.programme.lexicon
    lacks, unknowing = lexicon.lacking(line), lexicon.unknowing(line)
    if question.type not in TEXTS or question.person or not (lacks or unknowing):
        return False
    if scene.form.question(question.id).type == "people":
        forms.skip(scene)  # what an attendee does may be left out
    elif lacks and not unknowing and question.optional:
        answering.leave_open(scene, question)
    else:
        answering.unsure(scene, question)
    return True


def _nothing_else(scene: Scene, line: str, route: str) -> bool:
    """Whether the line is but the topic's own title or a part of it ("mã vạch", not "HTX Mã Vạch Xanh")."""
    return not route.startswith("topic.") or fold(line) in fold(scene.called(route))


def _in_question(scene: Scene, question: Question, line: str) -> bool:
    hint = f"{question.id}.hint"
    texts = [question.id, *([hint] if scene.pinned.has(f"forms.{scene.form.id}.{hint}") else [])]
    return any(fold(line) in fold(scene.form_text(text).plain) for text in texts)


def ask_meant(scene: Scene, question: Question, line: str, route: str) -> None:
    """In doubt: is this the answer, or something else?"""
    scene.understood("again")
    scene.wait("meant", question=question.id, line=line, route=route)
    forms.again(scene)

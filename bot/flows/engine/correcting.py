"""Correcting what one told: what every form asks again is changed at once, by the very question it was asked with; what
was sent already is an official's to correct."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.answers import Read, Several, Unread, display, read
from bot.flows.engine import wishes
from bot.flows.engine.scene import Scene
from bot.flows.programme import Form, Programme, Question, words
from bot.flows.session import Waiting
from bot.flows.values import Choice, Event, Json, Message, Text, join

LONGEST = 1000  # characters of a request
Asked = tuple[Form, Question]


def question(programme: Programme, name: str) -> Asked | None:
    """Where the programme asks for that, by its profile name."""
    every = [(form, one) for form in programme.forms.values() for one in form.questions]
    called = [(form, one) for form, one in every if name == (one.profile or one.id) and one.type != "statement"]
    return min(called, key=lambda found: not found[1].profile, default=None)


def label(scene: Scene, asked: Asked) -> str:
    form, one = asked
    short = form.short.get(one.id)
    return words(short, scene.language) if short else one.id


def value(scene: Scene, asked: Asked, told: Json) -> str:
    return display(asked[1], told, scene.programme, scene.language)


# -- which -----------------------------------------------------------------------------------------------------------


def correct(scene: Scene) -> None:
    scene.understood("my_data")
    wishes.ask(scene, "find_my_profile")


def found(scene: Scene, event: Event) -> None:
    """What can be corrected: what was told once, and what was sent."""
    told, sent = event.data["profile"], bool(event.data["sent"])
    known = (
        {name: kept for name, kept in told.items() if question(scene.programme, name)} if isinstance(told, dict) else {}
    )
    if not known and not sent:
        scene.say("my_data.nothing_to_correct")
        return wishes.go_on(scene)
    if not known:
        return _ask_words(scene)
    scene.wait("correct", told=known, sent=sent)
    ask_which(scene, _waiting(scene))


def _waiting(scene: Scene) -> Waiting:
    assert scene.session.waiting
    return scene.session.waiting


def _told(waiting: Waiting) -> dict[str, Json]:
    told = waiting.data["told"]
    return told if isinstance(told, dict) else {}


def names(scene: Scene, waiting: Waiting) -> list[str]:
    return [*_told(waiting), *(["!sent"] if waiting.data["sent"] else [])]


def labels(scene: Scene, waiting: Waiting) -> list[str]:
    asked = [(name, question(scene.programme, name)) for name in _told(waiting)]
    return [
        *(label(scene, one) if one else name for name, one in asked),
        *([scene.label("something_sent")] if waiting.data["sent"] else []),
    ]


def ask_which(scene: Scene, waiting: Waiting) -> None:
    pairs = zip(names(scene, waiting), labels(scene, waiting), strict=True)
    scene.say("my_data.correct_which", [*(scene.pick(name, shown) for name, shown in pairs), _nothing(scene)])


def _nothing(scene: Scene) -> Choice:
    return replace(scene.ok("!stop", "leave_as_is"), control=True)


def which(scene: Scene, waiting: Waiting, what: str) -> bool:
    if _stopped(scene, what):
        return True
    if what not in names(scene, waiting):
        return False
    scene.understood("answer")
    if what == "!sent":
        _ask_words(scene)
    else:
        scene.wait("correct_value", name=what, told=_told(waiting))
        ask_value(scene, _waiting(scene))
    return True


def _stopped(scene: Scene, what: str) -> bool:
    if what != "!stop":
        return False
    scene.understood("answer")
    scene.settle()
    scene.say("my_data.left_as_is")
    wishes.go_on(scene)
    return True


# -- what it shall be ------------------------------------------------------------------------------------------------


def _asked(scene: Scene, waiting: Waiting) -> Asked:
    asked = question(scene.programme, str(waiting.data["name"]))
    assert asked
    return asked


def ask_value(scene: Scene, waiting: Waiting) -> None:
    """The question's name, what stands, its hint, and its choices."""
    form, one = asked = _asked(scene, waiting)
    name, now = label(scene, asked), value(scene, asked, _told(waiting).get(str(waiting.data["name"])))
    body = [scene.text("my_data.correct_value", label=name, value=now), _hint(scene, form, one)]
    taps = [scene.pick(option.id, words(option.label, scene.language)) for option in one.options]
    if one.type == "yes_no":
        taps = [scene.ok("yes", "yes"), scene.ok("no", "no")]
    scene.show(Message(join(body), (*taps, _nothing(scene))))


def _hint(scene: Scene, form: Form, one: Question) -> Text:
    text_id = f"forms.{form.id}.{one.id}.hint"
    return (
        scene.programme.render(text_id, scene.language, {"answers": {}}) if scene.programme.has(text_id) else Text("")
    )


def said(scene: Scene, waiting: Waiting, line: str) -> bool:
    """A typed line as the new value."""
    return _take(scene, waiting, "said", {"text": line})


def tapped(scene: Scene, waiting: Waiting, what: str) -> bool:
    one = _asked(scene, waiting)[1]
    known = {option.id for option in one.options} | ({"yes", "no"} if one.type == "yes_no" else set())
    if _stopped(scene, what):
        return True
    return what in known and _take(scene, waiting, "tapped", {"value": f"={what}" if one.type == "choices" else what})


def _take(scene: Scene, waiting: Waiting, event: str, data: dict[str, Json]) -> bool:
    one = _asked(scene, waiting)[1]
    today = scene.now.astimezone(scene.programme.zone).date()
    match read(one, Event(event, scene.now, data), scene.programme, scene.language, today):
        case Read(value=new, warning="") if _valid(one, waiting, new):
            _change(scene, waiting, new)
        case Read(value=new, warning=warning) if warning:
            _doubt(scene, waiting, [[new, value(scene, _asked(scene, waiting), new)]], warning)
        case Several(candidates=several):
            _doubt(scene, waiting, [list(pair) for pair in several], "")
        case Unread(reason=reason, values=values):
            _unread(scene, scene.text(reason, **values))
        case _:
            form = _asked(scene, waiting)[0]
            text = scene.programme.render(f"forms.{form.id}.{one.id}.invalid", scene.language, {"answers": {}})
            _unread(scene, text)
    return True


def _valid(one: Question, waiting: Waiting, new: Json) -> bool:
    return one.check is None or one.check.holds({**_told(waiting), "value": new}) is not False


def _unread(scene: Scene, text: Text) -> None:
    scene.understood("again")
    scene.asks = True
    scene.show(Message(text, (_nothing(scene),)))


def _change(scene: Scene, waiting: Waiting, new: Json) -> None:
    scene.understood("answer")
    scene.settle()
    scene.do("correct_profile", name=str(waiting.data["name"]), value=new)


def corrected(scene: Scene, event: Event) -> None:
    asked = question(scene.programme, str(event.data["name"]))
    assert asked
    scene.say("my_data.corrected", label=label(scene, asked), number=event.data["number"])
    wishes.go_on(scene)


# -- in doubt --------------------------------------------------------------------------------------------------------


def _doubt(scene: Scene, waiting: Waiting, several: list[list[Json]], warning: str) -> None:
    scene.understood("answer")
    kept: list[Json] = [list(pair) for pair in several]
    scene.wait("correct_sure", **{**waiting.data, "candidates": kept, "warning": warning})
    ask_sure(scene, _waiting(scene))


def rows_of(waiting: Waiting) -> list[list[Json]]:
    """What a value can be, each with its label."""
    listed = waiting.data["candidates"]
    return [list(row) for row in listed if isinstance(row, list)] if isinstance(listed, list) else []


def ask_sure(scene: Scene, waiting: Waiting) -> None:
    rows, warning = rows_of(waiting), str(waiting.data["warning"])
    if warning:
        scene.say(warning, (scene.ok("1", "keep"), scene.ok("none", "retype")), value=str(rows[0][1]))
        return
    choices = [scene.pick(str(number), str(shown)) for number, (_, shown) in enumerate(rows, 1)]
    none = scene.ok("none", "none_of_these")
    scene.say("flow.which" if len(rows) > 1 else "flow.is_it", (*choices, none))


def sure(scene: Scene, waiting: Waiting, what: str) -> bool:
    rows = {str(number): row for number, row in enumerate(rows_of(waiting), 1)}
    if what == "none":
        scene.understood("answer")
        scene.wait("correct_value", name=waiting.data["name"], told=_told(waiting))
        ask_value(scene, _waiting(scene))
        return True
    if what in rows:
        _change(scene, waiting, rows[what][0])
    return what in rows


def sure_line(scene: Scene, waiting: Waiting, line: str) -> bool:
    """One of them in words; yes is the only one, no is none; other words are another value."""
    answer = scene.programme.lexicon.yes_no(line)
    if answer is not None and (len(rows_of(waiting)) == 1 or not answer):
        return sure(scene, waiting, "1" if answer else "none")
    return said(scene, waiting, line)


# -- what was sent ---------------------------------------------------------------------------------------------------


def _ask_words(scene: Scene) -> None:
    scene.wait("correct_words")
    ask_words(scene, _waiting(scene))


def ask_words(scene: Scene, waiting: Waiting) -> None:
    scene.say("my_data.correct_words", (_nothing(scene),), maximum=LONGEST)


def words_line(scene: Scene, waiting: Waiting, line: str) -> bool:
    """Whatever they write is for an official."""
    text = line.strip()
    if not text or len(text) > LONGEST:
        scene.understood("again")
        scene.say("my_data.too_long", length=len(text), maximum=LONGEST)
        return True
    scene.understood("answer")
    scene.settle()
    scene.do("ask_correction", text=text)
    return True


def words_tap(scene: Scene, waiting: Waiting, what: str) -> bool:
    return _stopped(scene, what)

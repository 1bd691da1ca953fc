"""Training in chat: which classes there are, registering for one. The store knows the classes; what it answers
are the events here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.flows.engine import consents, topics
from bot.flows.engine.deciding import listed, only
from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Waiting
from bot.flows.understanding import LIKELY, fold
from bot.flows.values import Choice, Event, Json, Message, Text, join

LONGEST = 120  # characters of a line that names a class
FEW = 3  # words of a line that names what is being asked, and nothing else
REGISTERS = ("register_attendees",)  # what the forms send that are about a class chosen before
ROUTE = "form.training_registration"
Row = dict[str, Json]


def rows_of(data: Mapping[str, Json], name: str = "rows") -> list[Row]:
    rows = data.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def onward(scene: Scene) -> None:
    """What was under way goes on; else what may come next."""
    from bot.flows.engine.forms import again

    if scene.amid:
        return again(scene)
    topics.onward(scene)


# -- which classes there are


def offered(scene: Scene) -> None:
    """Asks the store for the classes open to this person."""
    scene.understood(ROUTE)
    scene.asks = True  # what the store answers comes before whatever was under way
    scene.do("list_classes", organisation=scene.session.organisation)


def found(scene: Scene, event: Event) -> None:
    """The classes to choose from; where there is none, one can be told of the next."""
    rows = rows_of(event.data)
    if scene.session.draft:
        return _amid(scene, rows)
    if rows:
        scene.wait("classes", rows=list[Json](rows))
        return put_list(scene, rows)
    if event.data.get("watching"):
        scene.say("training.none_watching")
        return onward(scene)
    scene.wait("watch")
    put_watch(scene)


def _amid(scene: Scene, rows: list[Row]) -> None:
    """Told on the way: the question that waits is not put aside for it, unless a class is tapped."""
    if rows:
        lines = [_row(scene, number, row) for number, row in enumerate(rows, 1)]
        there = (Choice(f"go.class:{row['class']}", _label(scene, row), control=True) for row in rows)
        head, foot = scene.text("training.list", count=len(rows)), scene.text("training.after_this")
        scene.show(Message(join([head, *lines, foot], "\n\n"), tuple(there)))
    else:
        scene.say("training.none_now")
    onward(scene)


def put_list(scene: Scene, rows: list[Row]) -> None:
    lines = [_row(scene, number, row) for number, row in enumerate(rows, 1)]
    choices = [scene.pick(str(row["class"]), _label(scene, row)) for row in rows]
    later = replace(scene.ok("none", "not_now"), control=True)
    scene.show(Message(join([scene.text("training.list", count=len(rows)), *lines], "\n\n"), (*choices, later)))


def _row(scene: Scene, number: int, row: Row) -> Text:
    return scene.text(
        "training.row", number=number, title=row["title"], starts=row["starts"], place=row["place"], free=row["free"]
    )


def _label(scene: Scene, row: Row) -> str:
    return scene.label("class_row", title=row["title"], starts=row["starts"])


def put_watch(scene: Scene) -> None:
    scene.say("training.none", (scene.ok("yes", "tell_me"), scene.ok("no", "no_need")))


@only("yes", "no")
def watch(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        scene.do("watch_training")
    scene.say("training.watching" if what == "yes" else "training.not_watching")
    onward(scene)
    return True


def choose(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in (*ids(scene, waiting), "none"):
        return False
    scene.settle()
    if what == "none":
        scene.understood("answer")
        onward(scene)
    else:
        show(scene, int(what))
    return True


def ids(scene: Scene, waiting: Waiting) -> list[str]:
    return [str(row["class"]) for row in rows_of(waiting.data)]


def titles(scene: Scene, waiting: Waiting) -> list[str]:
    return [str(row["title"]) for row in rows_of(waiting.data)]


_named = listed(ids, titles, choose)


def choose_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """A plain yes to the only class there is names it; a no none."""
    answer, there = scene.programme.lexicon.yes_no(said), ids(scene, waiting)
    if answer is False:
        return choose(scene, waiting, "none")
    if answer and len(there) == 1:
        return choose(scene, waiting, there[0])
    return _by_words(scene, waiting, said) or _named(scene, waiting, said)


def _by_words(scene: Scene, waiting: Waiting, said: str) -> bool:
    """The only class whose title has all the words said."""
    said_words = set(fold(said[:LONGEST]).split())
    found = [str(row["class"]) for row in rows_of(waiting.data) if said_words <= set(fold(str(row["title"])).split())]
    return len(found) == 1 and choose(scene, waiting, found[0])


# -- one class


def show(scene: Scene, number: int) -> None:
    scene.understood(ROUTE)
    scene.asks = True
    scene.do("show_class", **{"class": number})


def register(scene: Scene, number: int) -> None:
    """After the consent that registering needs."""
    scene.understood(ROUTE)
    scene.asks = True
    scene.do("show_class", **{"class": number, "register": True})


def shown(scene: Scene, event: Event) -> None:
    """{class, title, … open, form, me, register}, or nothing for a class that is not there."""
    if not event.data.get("class"):
        scene.say("training.gone")
        return onward(scene)
    if event.data.get("register") and event.data.get("open"):
        return _begin(scene, event.data)
    if event.data.get("open"):
        scene.wait("class", **event.data)
        return put_class(scene, event.data)
    _tell(scene, event.data)
    onward(scene)


def put_class(scene: Scene, data: Mapping[str, Json]) -> None:
    _tell(scene, data)
    full = not data["free"]
    choices = (scene.ok("yes", "join_line" if full else "register"), scene.ok("no", "other_class"))
    scene.say("training.full" if full else "training.ask", choices, free=data["free"])


def _tell(scene: Scene, data: Mapping[str, Json]) -> None:
    scene.say(
        "training.about",
        title=data["title"], starts=data["starts"], until=data["until"], closes=data["closes"], place=data["place"],
        link=data["link"], note=data["note"], groups=_groups(scene, data), state=data["state"],
    )  # fmt: skip


def _groups(scene: Scene, data: Mapping[str, Json]) -> list[str]:
    """For whom, as the form of this kind of class calls them."""
    question = scene.programme.forms[str(data["form"])].by_id.get("group")
    ids = data["groups"] if isinstance(data["groups"], list) else []
    options = {option.id: words(option.label, scene.language) for option in question.options} if question else {}
    return [options.get(str(one), str(one)) for one in ids]


@only("yes", "no")
def decide(scene: Scene, waiting: Waiting, what: str) -> bool:
    """Registers, or goes back to the list."""
    scene.settle()
    if what == "yes":
        scene.understood(ROUTE)
        _begin(scene, waiting.data)
    else:
        offered(scene)
    return True


def decide_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Yes and no; "đăng ký" ("dk") by itself is a yes, since that is what is asked."""
    answer = scene.programme.lexicon.yes_no(said)
    joins = scene.text("training.joins").plain.split(";")
    if answer is None and fold(said[:LONGEST]) in map(fold, joins):
        answer = True
    if answer is None and len(said.split()) <= FEW:
        guess = next(iter(scene.programme.lexicon.guesses(said)), None)
        answer = True if guess and guess.route == ROUTE and guess.score >= LIKELY else None
    return answer is not None and decide(scene, waiting, "yes" if answer else "no")


def _begin(scene: Scene, data: Mapping[str, Json]) -> None:
    """The form of the class's kind, about this class; who is talking is offered as the first who attends."""
    from bot.flows.engine.forms import again, start

    form = str(data["form"])
    paused = next((one for one in scene.session.paused if one.form == form), None)
    if paused:
        scene.wait("unfinished", run=paused.run, form=form)
        return again(scene)
    if scene.session.draft and scene.session.draft.form == form:
        scene.say("flow.already_here", title=scene.title(scene.session.draft))
        return again(scene)
    purpose = scene.programme.forms[form].consent
    if purpose and not scene.session.consents.get(purpose):
        return consents.ask(scene, purpose, then=f"register:{data['class']}")
    start(scene, form)
    known: dict[str, Json] = {"attendees.me": data["me"]} if data.get("me") else {}
    answers = {**scene.draft.answers, **known}
    scene.write(replace(scene.draft, subject=f"class:{data['class']}", answers=answers))


# -- what became of registering


def registered(scene: Scene, event: Event) -> None:
    """{seated: [{name, code, url}], waiting: [{name, place}], twice: [name], title, starts, place, link}"""
    data, form = event.data, scene.form
    scene.session = replace(scene.session, draft=None, waiting=None, failures=0)
    seated, waiting = rows_of(data, "seated"), rows_of(data, "waiting")
    parts = []
    if seated:
        head = scene.text("training.seated", title=data["title"], starts=data["starts"], place=data["place"])
        lines = [scene.text("training.seat", name=row["name"], code=row["code"], url=row["url"]) for row in seated]
        parts.append(join([head, *lines]))
    if waiting:
        head = scene.text("training.waits", title=data["title"])
        lines = [scene.text("training.in_line", name=row["name"], number=row["place"]) for row in waiting]
        parts.append(join([head, *lines]))
    if data["twice"]:
        parts.append(scene.text("training.twice", labels=data["twice"], title=data["title"]))
    if seated or waiting:
        parts.append(scene.text("training.what_next" if seated else "training.in_line_next"))
    scene.show(Message(join(parts, "\n\n")))
    if not consents.offer(scene, form.offers):
        topics.onward(scene)


def short(scene: Scene, event: Event) -> None:
    """Fewer seats than persons: is the line wanted?"""
    scene.wait("waiting_list", free=event.data["free"], wanted=event.data["wanted"])
    put_short(scene)


def put_short(scene: Scene) -> None:
    waiting = scene.session.waiting
    assert waiting
    choices = (scene.ok("yes", "join_line"), scene.ok("no", "do_not_join"))
    scene.say("training.short", choices, free=waiting.data["free"], wanted=waiting.data["wanted"])


@only("yes", "no")
def line_up(scene: Scene, waiting: Waiting, what: str) -> bool:
    from bot.flows.engine import summary

    scene.understood("answer")
    scene.settle()
    if what == "yes":
        summary.send(scene, waits=True)
    else:
        scene.say("training.nothing_sent")
        summary.show(scene)
    return True

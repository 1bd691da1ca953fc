"""One's own seats: who was registered for what, giving a seat back until the class begins, and what one
thought of it."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine.classes import ROUTE, Row, onward, rows_of
from bot.flows.engine.deciding import listed, only, yes_no
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.understanding import fold
from bot.flows.values import Event, Json, Message, Text, join


def mine(scene: Scene) -> None:
    scene.understood("my_classes")
    scene.asks = True
    scene.do("list_attendees")


def found(scene: Scene, event: Event) -> None:
    """{rows: [{attendee, name, state, number, code, url, title, starts, place}]}"""
    rows = rows_of(event.data)
    if rows:
        scene.wait("attendees", rows=list[Json](rows))
        return put(scene, rows)
    scene.say("training.no_mine", () if scene.amid else (scene.go(ROUTE), scene.go("menu")))
    if scene.amid:
        onward(scene)


def put(scene: Scene, rows: list[Row]) -> None:
    choices = [scene.pick(str(row["attendee"]), scene.label("give_back", name=row["name"])) for row in rows]
    nothing = replace(scene.ok("none", "keep_all"), control=True)
    lines = [_row(scene, number, row) for number, row in enumerate(rows, 1)]
    scene.show(Message(join([scene.text("training.mine"), *lines], "\n\n"), (*choices, nothing)))


def _row(scene: Scene, number: int, row: Row) -> Text:
    return scene.text(
        "training.my_row",
        number=number,
        name=row["name"],
        title=row["title"],
        starts=row["starts"],
        place=row["place"],
        code=row["code"],
        url=row["url"],
        waits=row["waits"],
    )


def ids(scene: Scene, waiting: Waiting) -> list[str]:
    return [str(row["attendee"]) for row in rows_of(waiting.data)]


def names(scene: Scene, waiting: Waiting) -> list[str]:
    return [str(row["name"]) for row in rows_of(waiting.data)]


def choose(scene: Scene, waiting: Waiting, what: str) -> bool:
    """Whose place is to be given back?"""
    if what == "which":
        return _which(scene, waiting)
    row = next((row for row in rows_of(waiting.data) if str(row["attendee"]) == what), None)
    if row is None and what != "none":
        return False
    scene.understood("answer")
    scene.settle()
    if row is None:
        scene.say("training.kept")
        onward(scene)
    else:
        scene.wait("give_back", attendee=row["attendee"], name=row["name"], title=row["title"])
        ask(scene)
    return True


def _which(scene: Scene, waiting: Waiting) -> bool:
    """ "Hủy" by itself means the only one there is, else is asked."""
    rows = rows_of(waiting.data)
    if len(rows) == 1:
        return choose(scene, waiting, str(rows[0]["attendee"]))
    scene.understood("again")
    scene.say("training.give_back_which")
    put(scene, rows)
    return True


_named = listed(ids, names, choose)


def choose_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """A no keeps all seats, unless it says that somebody does not come."""
    if scene.programme.lexicon.absent(said):
        named = [
            each
            for each, name in zip(ids(scene, waiting), names(scene, waiting), strict=True)
            if fold(name) in fold(said)
        ]
        return choose(scene, waiting, named[0] if len(named) == 1 else "which")
    if scene.programme.lexicon.yes_no(said) is False:
        return choose(scene, waiting, "none")
    return _named(scene, waiting, said)


def ask(scene: Scene) -> None:
    waiting = scene.session.waiting
    assert waiting
    choices = (scene.ok("yes", "give_it_back"), scene.ok("no", "keep_it"))
    scene.say("training.give_back", choices, name=waiting.data["name"], title=waiting.data["title"])


@only("yes", "no")
def give_back(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        scene.asks = True
        scene.do("cancel_attendee", attendee=waiting.data["attendee"])
    else:
        scene.say("training.kept")
        onward(scene)
    return True


def give_back_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Who says once more that they do not come gives the seat back."""
    if scene.programme.lexicon.absent(said) and not scene.programme.lexicon.question(said):
        return give_back(scene, waiting, "yes")
    return yes_no(give_back)(scene, waiting, said)


def given_back(scene: Scene, event: Event) -> None:
    """{name, title}, or nothing for what is not theirs or too late."""
    if event.data.get("name"):
        scene.say("training.given_back", name=event.data["name"], title=event.data["title"])
    else:
        scene.say("training.too_late")
    onward(scene)


# -- what one thought of it


def feedback(scene: Scene, number: int) -> None:
    scene.understood("class_feedback")
    scene.asks = True
    scene.do("begin_feedback", **{"class": number})


def feedback_ready(scene: Scene, event: Event) -> None:
    """{class, done}: its form, once; {} for somebody who was not there."""
    from bot.flows.engine.forms import again, start

    if not event.data.get("class"):
        scene.say("training.gone")
        return onward(scene)
    if event.data.get("done"):
        scene.say("training.feedback_given")
        return onward(scene)
    subject = f"class:{event.data['class']}"
    if scene.session.draft and scene.session.draft.subject == subject:
        return again(scene)
    start(scene, "class_feedback")
    scene.write(replace(scene.draft, subject=subject))

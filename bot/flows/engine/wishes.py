"""One's own data: what is held, a copy of it, consents taken back, no more news, everything deleted. The store answers
with an event; what waited is put again after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.flows.engine import consents, forms, topics
from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Session, Waiting
from bot.flows.values import Choice, Event, Json, Message, Text, join

PAGE = 900  # characters of one page: a phone's screen or two


def ask(scene: Scene, effect: str, /, **data: Json) -> None:
    """Asks the store; its answer says what there is, and puts again what waits."""
    scene.asks = True
    scene.do(effect, **data)


def go_on(scene: Scene) -> None:
    """After what was wished is said: what waited, or what may come next."""
    forms.again(scene) if scene.amid else topics.onward(scene)


# -- what is held ----------------------------------------------------------------------------------------------------


def my_data(scene: Scene, page: int = 1) -> None:
    scene.understood("my_data")
    ask(scene, "show_my_data", page=page)


def shown(scene: Scene, event: Event) -> None:
    pages = list(_pages(list(_lines(scene, event))))
    page = min(max(int(str(event.data["page"])), 1), len(pages))
    head = scene.text("my_data.head", page=page, pages=len(pages))
    scene.show(Message(join([head, pages[page - 1]], "\n\n"), tuple(_choices(scene, page, len(pages)))))
    if scene.amid:
        forms.again(scene)


def _pages(lines: list[Text]) -> Iterator[Text]:
    """As few pages as hold all lines."""
    page: list[Text] = []
    for line in lines:
        if page and sum(len(one.plain) for one in page) + len(line.plain) > PAGE:
            yield join(page)
            page = []
        page.append(line)
    yield join(page)


def _choices(scene: Scene, page: int, pages: int) -> Iterator[Choice]:
    if page < pages:
        yield topics.choice(scene, f"my_data:{page + 1}")
    for route in _routes(scene):
        yield topics.choice(scene, route)


def _routes(scene: Scene) -> list[str]:
    """What can be done about it. Who agreed to news can stop them; other consents are withdrawn by name."""
    agreed = [purpose for purpose in scene.programme.purposes if scene.session.consents.get(purpose)]
    withdrawn = [f"withdraw.{purpose}" for purpose in agreed if purpose != "announcements"]
    stop = ["optout"] if "announcements" in agreed else []
    onward = [] if scene.amid else ["menu"]
    return ["correct_data", "export_data", *withdrawn, *stop, "delete_data", "continue", *onward]


def _lines(scene: Scene, event: Event) -> Iterator[Text]:
    say = scene.text
    for row in _rows(event, "addresses"):
        yield say("my_data.address", channel=row["channel"], name=row["name"])
    yield say("my_data.language", spoken=scene.label(f"language_{scene.language}"))
    yield from _told(scene, event.data["profile"])
    for row in _rows(event, "organisations"):
        yield say("my_data.organisation", name=row["name"], state=row["state"])
    for row in _rows(event, "submissions"):
        yield say("my_data.submission", title=_form(scene, str(row["form"])), state=row["state"], at=row["at"])
    for row in _rows(event, "cases"):
        yield _case(scene, row)
    for row in _rows(event, "attendees"):
        yield say("my_data.attendee", title=row["title"], at=row["starts_at"], state=row["state"])
    for row in {row["purpose"]: row for row in _rows(event, "consents")}.values():  # as last decided
        yield _consent(scene, row)
    for row in _rows(event, "requests"):
        yield say("my_data.request", number=row["number"], kind=row["kind"], state=row["state"], until=row["due_at"])
    counts = event.data["counts"]
    assert isinstance(counts, dict)
    yield say("my_data.counts", talks=counts["talks"], files=counts["files"], letters=counts["letters"])


def _rows(event: Event, name: str) -> list[Mapping[str, Json]]:
    rows = event.data[name]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _told(scene: Scene, profile: Json) -> Iterator[Text]:
    """What they told once; numbers of identity are masked as in every summary."""
    from bot.flows.engine import correcting

    for name, value in (profile if isinstance(profile, dict) else {}).items():
        if found := correcting.question(scene.programme, name):
            yield scene.text(
                "my_data.told", label=correcting.label(scene, found), value=correcting.value(scene, found, value)
            )


def _form(scene: Scene, form: str) -> str:
    known = scene.programme.forms.get(form)
    return words(known.title, scene.language) if known else scene.called(f"form.{form}")


def _case(scene: Scene, row: Mapping[str, Json]) -> Text:
    support, stage = _entry(scene, "supports", row["support"]), _entry(scene, "stages", row["stage"])
    return scene.text("my_data.case", number=row["number"], support=support, stage=stage)


def _entry(scene: Scene, kind: str, name: Json) -> str:
    found = next((one for one in scene.programme.entries.get(kind, ()) if one.id == name), None)
    return words(found.title, scene.language) if found else str(name)


def _consent(scene: Scene, row: Mapping[str, Json]) -> Text:
    purpose = scene.programme.purposes.get(str(row["purpose"]))
    title = words(purpose.title, scene.language) if purpose else str(row["purpose"])
    return scene.text("my_data.consent", title=title, granted=row["granted"], channel=row["channel"], at=row["at"])


# -- a copy ----------------------------------------------------------------------------------------------------------


def export(scene: Scene) -> None:
    scene.understood("my_data")
    ask(scene, "export_my_data")


def exported(scene: Scene, event: Event) -> None:
    scene.say("my_data.exported", number=event.data["number"], url=event.data["url"], days=event.data["days"])
    go_on(scene)


# -- consents taken back ---------------------------------------------------------------------------------------------


def opt_out(scene: Scene) -> None:
    """Announcements stop at once, from anywhere, with a receipt."""
    scene.understood("optout")
    had = bool(scene.session.consents.get("announcements"))
    consents.record(scene, "announcements", granted=False)
    ask(scene, "note_wish", kind="stop", purpose="announcements", had=had)


def withdraw(scene: Scene, purpose: str) -> None:
    """A consent is taken back at once, with a receipt; a form that needs it is put aside."""
    from bot.flows.engine.pausing import put_aside

    if purpose == "announcements":
        return opt_out(scene)
    scene.understood("my_data")
    consents.record(scene, purpose, granted=False)
    if scene.session.draft and scene.form.consent == purpose:
        put_aside(scene)
    ask(scene, "note_wish", kind="withdraw", purpose=purpose)


def noted(scene: Scene, event: Event) -> None:
    """The receipt: number, what is done, what goes on and why."""
    data = event.data
    number, until = data["number"], data["until"]
    match data["kind"]:
        case "stop":
            text_id = "consent.stopped" if data["had"] else "consent.was_not_in"
            scene.say(text_id, (scene.go("optin"),), number=number, cases=data["cases"], classes=data["classes"])
            return forms.again(scene)
        case "withdraw":
            title = words(scene.programme.purposes[str(data["purpose"])].title, scene.language)
            scene.say(
                "consent.withdrawn", title=title, number=number, open=data["open"], until=until, cases=data["cases"]
            )
        case _:
            scene.say("my_data.correction_asked", number=number, until=until)
    go_on(scene)


# -- everything deleted ----------------------------------------------------------------------------------------------


def delete(scene: Scene) -> None:
    """Says first what goes, what stays and why."""
    scene.understood("delete_data")
    ask(scene, "weigh_deletion")


def weighed(scene: Scene, event: Event) -> None:
    scene.wait("delete_data", **event.data)
    forms.again(scene)


def ask_delete(scene: Scene, waiting: Waiting) -> None:
    data = waiting.data
    scene.say(
        "my_data.delete_explained",
        (scene.ok("yes", "yes_delete_data"), scene.ok("no", "do_not_delete")),
        cases=data["cases"],
        classes=data["classes"],
        closed=data["closed"],
        sent=data["sent"],
    )


def decide_delete(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in ("yes", "no"):
        return False
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        scene.do("delete_data")
    else:
        go_on(scene)
    return True


def unclear_delete(scene: Scene, waiting: Waiting, said: str) -> bool:
    """ "xoa", "dung": perhaps yes, perhaps stop; asked once more."""
    if scene.programme.lexicon.doubtful(said) is None:
        return False
    scene.understood("again")
    scene.say("again.place")
    scene.wait("delete_data", **waiting.data)
    ask_delete(scene, waiting)
    return True


def let_go(scene: Scene) -> None:
    """Only the very next thing said can mean the deletion: a yes to something else later never does."""
    if scene.session.waiting and scene.session.waiting.kind == "delete_data":
        scene.settle()


def undecided(scene: Scene, before: Session) -> None:
    """Whatever else was said than yes: nothing is deleted, which is said first."""
    asked = before.waiting is not None and before.waiting.kind == "delete_data"
    decided = any(effect.name in ("delete_data", "weigh_deletion") for effect in scene.effects)
    again = scene.asks and scene.session.waiting == before.waiting
    if asked and not decided and not again and scene.event.name in ("said", "tapped", "started"):
        let_go(scene)
        scene.messages.insert(0, Message(scene.text("my_data.not_deleted")))


def deleted(scene: Scene, event: Event) -> None:
    """The session begins anew; forms go on being numbered, since those in an open case stay."""
    old = scene.session
    scene.session = Session(language=old.language, turns=old.turns, runs=old.runs, role=old.role, noticed=old.noticed)
    if event.data["cases"]:
        scene.session = replace(scene.session, organisations=old.organisations, organisation=old.organisation)
    scene.say(
        "my_data.deleted",
        number=event.data["number"],
        until=event.data["until"],
        cases=event.data["cases"],
        classes=event.data["classes"],
        closed=event.data["closed"],
    )
    topics.onward(scene)

"""My organisations: whom I speak for, another one, its particulars; and who else may speak for them."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import consents, forms, held, knowing, topics
from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Waiting
from bot.flows.understanding import fold
from bot.flows.understanding.places import official
from bot.flows.values import Choice, Event, Json, Message, join

FORM = "organisation"  # in which an organisation tells of itself
DENIES = ("khong", "tu", "no")  # words with which a plain no begins ("không", "từ chối")
MAY_DECIDE = ("admin", "official")


# -- whom I speak for -----------------------------------------------------------------------------------------------------


def show(scene: Scene) -> None:
    """The route: the store knows where the person belongs."""
    scene.understood("organisation")
    scene.do("list_own")


def listed(scene: Scene, event: Event) -> None:
    """{organisations, asked}: shows them, with what can be done."""
    rows, asked = knowing.rows_of(event.data["organisations"]), event.data["asked"]
    knowing.learn(scene, {"organisations": [key for key, _ in rows]})
    if not rows:
        return _none(scene, asked)
    over(scene, "organisation", organisations=[[key, name] for key, name in rows], asked=asked)
    forms.again(scene)


def _none(scene: Scene, asked: Json) -> None:
    scene.say("organisation.none", asked=asked)
    if scene.amid:
        return forms.again(scene)
    topics.offer(scene, "menu.next", [*_tellable(scene), *scene.programme.menu])


def _tellable(scene: Scene) -> list[str]:
    return [f"form.{FORM}"] if FORM in scene.programme.forms else []


def ask(scene: Scene, waiting: Waiting) -> None:
    """Which I speak for is told in the text; choosing one changes it."""
    rows = knowing.rows_of(waiting.data["organisations"])
    speaks = scene.session.draft.organisation if scene.session.draft else scene.session.organisation
    name = next((name for key, name in rows if key == speaks), "")
    lines = [scene.text("organisation.line", name=each) for _, each in rows]
    amid, asked = scene.session.draft is not None, waiting.data["asked"]
    foot = scene.text("organisation.foot", name=name, asked=asked, several=len(rows) > 1, amid=amid)
    text = join([scene.text("organisation.head"), join(lines), foot], "\n\n")
    scene.show(Message(text, tuple(choices(scene, waiting))))


def keys(scene: Scene, waiting: Waiting) -> list[str]:
    rows = knowing.rows_of(waiting.data["organisations"])
    there = [str(key) for key, _ in rows] if len(rows) > 1 else []
    amid = scene.session.draft is not None
    tells = ["edit", "other"] if _tellable(scene) and not amid else ["other"] if amid else []
    return [*there, *tells, "quit", "leave"]


def names(scene: Scene, waiting: Waiting) -> list[str]:
    called = {str(key): name for key, name in knowing.rows_of(waiting.data["organisations"])}
    called["edit"], called["other"] = scene.label("edit_organisation"), scene.label("other_organisation")
    called["leave"], called["quit"] = scene.label("leave_organisation"), scene.called("leave")
    return [called[key] for key in keys(scene, waiting)]


def choices(scene: Scene, waiting: Waiting) -> list[Choice]:
    found = zip(keys(scene, waiting), names(scene, waiting), strict=True)
    return [replace(scene.pick(key, name), control=key in ("quit", "leave")) for key, name in found]


def choose(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in keys(scene, waiting):
        return False
    scene.understood("answer")
    leave(scene)
    if what == "leave":
        return _back_to(scene)
    if what == "edit":
        return _tell(scene, None)
    if what == "quit":
        scene.do("weigh_leaving")
        return True
    return _speak_for(scene, 0 if what == "other" else int(what), waiting)


def _back_to(scene: Scene) -> bool:
    topics.onward(scene, "menu.fine") if not scene.amid else forms.again(scene)
    return True


def _tell(scene: Scene, organisation: int | None) -> bool:
    forms.begin(scene, FORM, organisation)
    if scene.session.draft and scene.draft.form == FORM and not scene.asks and not scene.effects:
        forms.again(scene)
    return True


def _speak_for(scene: Scene, organisation: int, waiting: Waiting) -> bool:
    """From now on, and in the form in hand."""
    if organisation:
        scene.session = replace(scene.session, organisation=organisation)
    if scene.session.draft:
        knowing.change(scene, organisation)
    elif not organisation:
        return _tell(scene, 0)
    else:
        name = dict(knowing.rows_of(waiting.data["organisations"]))[organisation]
        scene.say("organisation.chosen", name=name)
        topics.onward(scene)
    return True


def kept(scene: Scene, event: Event) -> None:
    """An organisation has told of itself."""
    form = scene.form
    scene.show(Message(scene.form_text("thanks")))
    scene.session = replace(scene.session, draft=None, waiting=None, failures=0)
    if not consents.offer(scene, form.offers):
        topics.onward(scene)


# -- over what waits ------------------------------------------------------------------------------------------------------


def over(scene: Scene, kind: str, **data: Json) -> None:
    """Asks something of its own; what waited meanwhile waits again afterwards (`leave`)."""
    waiting = scene.session.waiting
    if waiting and waiting.kind == kind:
        before = waiting.data.get("before")
    else:
        stays = waiting is not None and waiting.kind != "offers" and "before" not in waiting.data
        before = [waiting.kind, waiting.turn, dict(waiting.data)] if waiting and stays else None
    scene.wait(kind, **data, before=before)


def leave(scene: Scene) -> None:
    asked = scene.session.waiting
    scene.settle()
    if asked:
        topics.take_up(scene, asked)


# -- who else may speak for them ------------------------------------------------------------------------------------------


def members(scene: Scene, organisation: int = 0) -> None:
    """The route `member`: who asks to speak for an organisation of mine."""
    scene.understood("member")
    scene.do("find_waiting", by="member", organisation=organisation, passed=[])


def vet(scene: Scene) -> bool:
    """`/donvi`: what waits for an official; False for somebody who is none."""
    if scene.session.role not in MAY_DECIDE:
        return False
    scene.understood("answer")
    scene.do("find_waiting", by="official", passed=[])
    return True


def waiting_found(scene: Scene, event: Event) -> None:
    """The first one that waits for a decision, or that there is none."""
    data = event.data
    if data["one"]:
        over(scene, "vetting", **data)
        return forms.again(scene)
    if scene.session.waiting and scene.session.waiting.kind == "vetting":
        leave(scene)
    scene.say("organisation.none_waiting", passed=bool(data["passed"]))
    topics.onward(scene) if not scene.amid else forms.again(scene)


def decisions(scene: Scene, waiting: Waiting) -> list[str]:
    return ["yes", "no", "later"]


def plainly(scene: Scene, waiting: Waiting, said: str) -> bool:
    """A plain yes ("ok", "đồng ý") or no ("ko", "không đồng ý"); "thôi", "khỏi", "chưa" decide nothing."""
    choosing, answer = scene.programme.lexicon.choosing, scene.programme.lexicon.yes_no(said)
    if answer is None or "no" not in decisions(scene, waiting):
        return False
    if not answer and fold(" ".join(choosing.bared(choosing.spell(said))[:1])) not in DENIES:
        return False
    return decide(scene, waiting, "yes" if answer else "no")


def decision_names(scene: Scene, waiting: Waiting) -> list[str]:
    """What can be decided, in its own words."""
    one = waiting.data["one"]
    if isinstance(one, dict) and not one["person"]:
        return [scene.label("confirm_organisation"), scene.label("refuse"), scene.label("decide_later")]
    return [scene.label("agree"), scene.label("refuse"), scene.label("decide_later")]


def ask_decision(scene: Scene, waiting: Waiting) -> None:
    one, count = waiting.data["one"], waiting.data["count"]
    assert isinstance(one, dict)
    named = zip(decisions(scene, waiting), decision_names(scene, waiting), strict=True)
    ways = [replace(scene.pick(key, name), control=key == "later") for key, name in named]
    if one["person"]:
        who = {"who": one["who"], "phone": one["phone"]}
        return scene.say("organisation.asks", ways, unit=one["unit"], code=one["code"], count=count, **who)
    commune = next((official(each) for each in scene.programme.communes if each.code == one["commune"]), "")
    group = _group(scene, str(one["group"]))
    scene.say(
        "organisation.unconfirmed", ways, unit=one["unit"], group=group, commune=commune, count=count,
        who=one["who"], phone=one["phone"], labels=one.get("cases", []),
    )  # fmt: skip


def _group(scene: Scene, id: str) -> str:
    groups = scene.programme.entries.get("groups", ())
    return next((words(group.title, scene.language) for group in groups if group.id == id), "")


def decide(scene: Scene, waiting: Waiting, what: str) -> bool:
    one = waiting.data["one"]
    if not isinstance(one, dict) or what not in decisions(scene, waiting):
        return False
    scene.understood("answer")
    passed = waiting.data["passed"]
    key = f"{one['organisation']}.{one['person']}"
    if what == "later":
        go_on = [*(passed if isinstance(passed, list) else []), key]
        scene.do("find_waiting", by=waiting.data["by"], passed=go_on)
    elif what == "no" and not one["person"]:
        scene.wait("refusal", **waiting.data)
        forms.again(scene)
    else:
        who = {"organisation": one["organisation"], "person": one["person"]}
        scene.do("decide_member", by=waiting.data["by"], **who, agree=what == "yes")
    return True


def decided(scene: Scene, event: Event) -> None:
    """What came of it; then the next one that waits."""
    waiting, data = scene.session.waiting, event.data
    one = waiting.data["one"] if waiting and waiting.kind == "vetting" else None
    if not isinstance(one, dict):
        return
    if not data["done"]:
        scene.say("organisation.not_needed" if data.get("gone") else "organisation.decided_before")
    elif not one["person"]:
        told = "organisation.confirmed" if data["agreed"] else "organisation.refused_unit"
        scene.say(told, unit=one["unit"])
    else:
        scene.say(
            "organisation.agreed" if data["agreed"] else "organisation.declined", who=one["who"], unit=one["unit"]
        )
    assert waiting
    passed, key = waiting.data["passed"], f"{one['organisation']}.{one['person']}"
    scene.do("find_waiting", by=data["by"], passed=[*(passed if isinstance(passed, list) else []), key])


def membership_decided(scene: Scene, event: Event) -> None:
    """{organisation, agreed, name}: a notice to who asked; a form that waits for it can be sent."""
    organisation, session = event.data["organisation"], scene.session
    if not event.data["agreed"]:
        held.release(scene, ["membership"], "declined")
        return scene.notice("organisation.not_member", ["human"])
    if isinstance(organisation, int):
        mine = dict.fromkeys((*session.organisations, organisation))
        knowing.learn(scene, {"told": True, "organisations": [*mine]})
    waited = held.release(scene, ["membership", "declined"])
    draft = scene.session.draft
    ready = draft is not None and not draft.asked and draft.organisation in (0, organisation)
    routes = ["submit"] if ready else held.routes(waited)
    title = next((scene.title(one) for one in held.unsent(scene) if one.run in waited), "")
    scene.notice("organisation.now_member", routes, name=event.data["name"], title=title)

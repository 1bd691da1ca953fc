"""Cases as applicants see them: where they stand, one case, taking it back, and what they thought of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.flows.engine import case_numbers, forms, held, topics
from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Waiting
from bot.flows.stages import UNDECIDED, called, following, stages, support_called
from bot.flows.values import Choice, Event, Json, Message, Text, join

APPLY = "support_application"
FEEDBACK = "case_feedback"
RATED = ("completed", "rejected")  # at these states the office has done its part


def one(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def several(value: Json) -> list[dict[str, Json]]:
    return [one(item) for item in value] if isinstance(value, list) else []


def support(scene: Scene, case: dict[str, Json]) -> str:
    return support_called(scene.programme, str(case["support"]), scene.language)


def stage(scene: Scene, case: dict[str, Json]) -> str:
    return called(scene.programme, str(case["stage"]), scene.language)


def coming(scene: Scene, case: dict[str, Json]) -> str:
    """The stage that follows if all goes well, "" if none does."""
    after = following(scene.programme, str(case["stage"]))
    return words(after.title, scene.language) if after else ""


def says(scene: Scene, case: dict[str, Json]) -> str:
    """What that stage means for the applicant."""
    known = stages(scene.programme).get(str(case["stage"]))
    return words(known.says, scene.language) if known else ""


def to_case(scene: Scene, case: dict[str, Json], route: str = "case", label: str = "") -> Choice:
    return scene.go(route, label, page=_id(case))


def _id(case: dict[str, Json]) -> int:
    number = case["id"]
    assert isinstance(number, int)
    return number


# -- looking -----------------------------------------------------------------------------------------------------------


def status(scene: Scene, then: str = "show") -> None:
    """Where the organisation's cases stand; a number in the line asks for that one. `then`: what is to be done with it."""
    scene.understood("status")
    scene.asks = True  # what waits comes again after the answer, see `found` and `shown`
    wanted = case_numbers.wanted(scene, str(scene.event.data.get("text", ""))[:120])
    scene.do("find_case", **wanted, then=then) if wanted else scene.do("find_cases", then=then)


def of(then: str) -> Callable[[Scene, int], None]:
    """The route to one case, by its number in the store, and what is done with it."""

    def go(scene: Scene, page: int) -> None:
        scene.understood("status")
        scene.asks = True
        scene.do("find_case", case=page, then=then)

    return go


def found(scene: Scene, event: Event) -> None:
    """{cases, more, then}: the list; none says so and offers to apply. What can be done with one of them only is done."""
    cases, then = several(event.data["cases"]), str(event.data["then"])
    fitting = [case for case in cases if _fits(case, then)]
    # of the only case there is, that nothing is missing is said
    only = fitting if fitting or then != "papers" else cases
    if len(only) == 1:
        return scene.do("find_case", case=_id(only[0]), then=then)
    begun = held.told(scene) if then == "show" else None
    if not cases:
        return _none(scene, begun)
    lines = [_line(scene, case) for case in cases]
    foot = [scene.text("cases.more")] if event.data["more"] else []
    choices = [to_case(scene, case, ROUTES[then] if case in fitting else "case", str(case["number"])) for case in cases]
    drafts = [begun.text] if begun else []
    ways = (*choices, *(begun.choices if begun else ()))
    scene.show(Message(join([scene.text("cases.list"), *lines, *foot, *drafts], "\n\n"), ways))
    forms.again(scene)


def _none(scene: Scene, begun: Message | None) -> None:
    """No case: what was begun leads on, else an application can be."""
    if begun:
        ways = begun.choices if scene.amid else (*begun.choices, scene.go("human"))
        scene.show(Message(join([scene.text("cases.none_yet"), begun.text], "\n\n"), ways))
    else:
        routes = [f"form.{APPLY}"] if APPLY in scene.programme.forms else []
        topics.offer(scene, "cases.none", [] if scene.amid else [*routes, "human"])
    forms.again(scene)


FITS = {"papers": ("supplement",), "withdraw": UNDECIDED, "feedback": RATED}  # the states at which it can be done
ROUTES = {"show": "case", "papers": "papers", "withdraw": "withdraw_case", "feedback": "case_feedback"}


def _fits(case: dict[str, Json], then: str) -> bool:
    put_off = then == "papers" and bool(case["put_off"]) and case["state"] in UNDECIDED
    return put_off or case["state"] in FITS.get(then, ())


def _line(scene: Scene, case: dict[str, Json]) -> Text:
    return scene.text(
        "cases.line", number=case["number"], support=support(scene, case), stage=stage(scene, case), by=case["by"],
        next=coming(scene, case), next_by=case["next_by"], unit=case["unit"], since=case["since"],
    )  # fmt: skip


def missing(scene: Scene, event: Event) -> None:
    """No such case, or not one's own: nobody can tell which."""
    topics.offer(scene, "cases.missing", [] if scene.amid else ["status", "human"])
    forms.again(scene)


def shown(scene: Scene, event: Event) -> None:
    """{case, unit, papers, history, rated, then}: what was asked about that case."""
    THEN[str(event.data["then"])](scene, event)


def show(scene: Scene, event: Event) -> None:
    case = one(event.data["case"])
    papers = several(event.data["papers"])
    wanted = [str(paper["title"]) for paper in papers if paper["state"] == "asked"]
    later = [str(paper["title"]) for paper in papers if paper["state"] == "later" and case["state"] in UNDECIDED]
    body = scene.text(
        "cases.one", number=case["number"], support=support(scene, case), unit=event.data["unit"],
        stage=stage(scene, case), says=says(scene, case), since=case["since"], by=case["by"], next=coming(scene, case),
        next_by=case["next_by"], labels=wanted, later=later,
    )  # fmt: skip
    history = [_happened(scene, each) for each in several(event.data["history"]) if not _said_twice(scene, each)]
    scene.show(Message(join([body, join([scene.text("cases.history_head"), *history])], "\n\n"), _ways(scene, event)))
    forms.again(scene)


def _ways(scene: Scene, event: Event) -> tuple[Choice, ...]:
    """What can be done with the case as it stands."""
    from bot.flows.engine import papers
    from bot.flows.engine.routes import OF_ONE

    case = one(event.data["case"])
    there = {
        "papers": bool(papers.missing(case, several(event.data["papers"]))),
        "document": "document" in OF_ONE,
        "case_feedback": case["state"] in RATED and not event.data["rated"] and FEEDBACK in scene.programme.forms,
        "withdraw_case": case["state"] in UNDECIDED,
    }
    return tuple(to_case(scene, case, route) for route, is_there in there.items() if is_there)


def _said_twice(scene: Scene, happened: dict[str, Json]) -> bool:
    """That a case waits for papers is said by which were asked for."""
    known = stages(scene.programme).get(str(happened["stage"]))
    return happened["name"] == "moved" and known is not None and known.state == "supplement"


def _happened(scene: Scene, happened: dict[str, Json]) -> Text:
    papers = happened["papers"] if isinstance(happened["papers"], list) else []
    return scene.text(
        f"cases.history.{happened['name']}", at=happened["at"], stage=stage(scene, happened), labels=papers
    )


# -- taking it back ----------------------------------------------------------------------------------------------------


def ask_withdraw(scene: Scene, event: Event) -> None:
    case = one(event.data["case"])
    if case["state"] not in UNDECIDED:
        scene.say("cases.cannot_withdraw", number=case["number"], stage=stage(scene, case))
        return forms.again(scene)
    scene.wait("withdraw_case", case=case["id"], number=case["number"], support=case["support"])
    forms.again(scene)


def put_withdraw(scene: Scene, waiting: Waiting) -> None:
    choices = (scene.ok("yes", "withdraw_case"), scene.ok("no", "keep_case"))
    scene.say("cases.withdraw", choices, number=waiting.data["number"], support=support(scene, dict(waiting.data)))


def decide_withdraw(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in ("yes", "no"):
        return False
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        scene.asks = True
        scene.do("withdraw_case", case=waiting.data["case"])
    else:
        scene.say("cases.kept", number=waiting.data["number"])
        forms.again(scene)
    return True


def withdrawn(scene: Scene, event: Event) -> None:
    case = one(event.data["case"])
    scene.say("cases.withdrawn", number=case["number"], support=support(scene, case))
    topics.onward(scene)


# -- feedback ----------------------------------------------------------------------------------------------------------


def rate(scene: Scene, event: Event) -> None:
    """Two questions about a case that is closed, once."""
    case = one(event.data["case"])
    if not case["closed"] or event.data["rated"] or FEEDBACK not in scene.programme.forms:
        scene.say("cases.rated" if event.data["rated"] else "cases.still_open", number=case["number"])
        return forms.again(scene)
    forms.start(scene, FEEDBACK)
    scene.write(replace(scene.draft, subject=f"case:{case['id']}"))


def _papers(scene: Scene, event: Event) -> None:
    from bot.flows.engine import papers

    papers.ask(scene, event)


THEN: dict[str, Callable[[Scene, Event], None]] = {
    "show": show,
    "withdraw": ask_withdraw,
    "papers": _papers,
    "feedback": rate,
}

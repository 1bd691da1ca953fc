"""Reading: the menu, the topics with their pages, and what comes later."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Paused, Waiting
from bot.flows.understanding import fold
from bot.flows.values import Choice

# How much a line must have in common with what is offered when it is not understood. Of 60 lines of our lists that are
# not, the right one is among the three for 44, at 0.3 for 21; of 300 about nothing of ours 127 are offered something, not 74.
NEAR = 0.2
LONGEST = 30  # characters of a line that asks for the next part


def menu(scene: Scene, text_id: str = "menu.text") -> None:
    """What one can do here; an unfinished form comes first, and a digit picks."""
    routes = [*_unfinished(scene), *scene.programme.menu]
    if len(scene.programme.topics) > sum(route.startswith("topic.") for route in routes):
        routes.append("topics")
    offer(scene, text_id, routes)


def onward(scene: Scene, text_id: str = "menu.next", **values: object) -> None:
    """Something came to its end: what may come next, or the form that stands open."""
    from bot.flows.engine.forms import again

    if scene.session.draft or scene.session.talk:
        return again(scene)
    offer(scene, text_id, [*_unfinished(scene), *scene.programme.menu], **values)


def _unfinished(scene: Scene) -> list[str]:
    """What of theirs is under way: a form put aside; where their organisation's files stand."""
    session = scene.session
    return [*(["resume"] if session.paused else []), *(["status"] if session.organisations else [])]


def greet(scene: Scene) -> None:
    """The first message: who speaks and what it can do. Nothing that waited is left waiting."""
    from bot.flows.engine.human import hang_up
    from bot.flows.engine.pausing import put_aside

    scene.understood("menu")
    asked = hang_up(scene, greets=True)
    scene.settle()
    if scene.session.draft:
        put_aside(scene)
        scene.say("flow.put_aside")
    if not asked:
        menu(scene, "start.greeting")


def offer(scene: Scene, text_id: str, routes: list[str], **values: object) -> None:
    """A text with routes to choose from; where nothing else waits, typed digits mean them (Scene.turn)."""
    scene.say(text_id, [choice(scene, route) for route in routes], **values)


def choice(scene: Scene, route: str) -> Choice:
    if route.startswith("resume") and (one := _meant(scene, route)):
        return scene.go("resume", scene.label("resume_form", title=scene.title(one)), int(route.partition(":")[2] or 0))
    if route.startswith("withdraw."):
        purpose = scene.programme.purposes[route.removeprefix("withdraw.")]
        return scene.go(route, scene.label("withdraw", title=words(purpose.title, scene.language)))
    name, _, page = route.partition(":")
    if name.count(".") > 1:  # a form for one support
        return scene.go(name, scene.label("apply_for_this"))
    paged = _paged(name, page)
    return scene.go(name, _page_label(scene, name, int(page)) if paged else "", int(page or 0))


def _meant(scene: Scene, route: str) -> Paused | None:
    """The form put aside that "resume:3" means, or a mere "resume" where there is only one."""
    paused, run = scene.session.paused, route.partition(":")[2]
    return next((one for one in paused if str(one.run) == run or (not run and len(paused) == 1)), None)


def _paged(route: str, page: str = "") -> bool:
    return bool(page) and (route == "my_data" or route.startswith("topic."))


def _page_label(scene: Scene, route: str, page: int) -> str:
    if route == "my_data":
        return scene.label("more_data")
    topic = scene.programme.topics.get(route.removeprefix("topic."))
    return scene.label("more" if page == 1 else "next_page", page=page, pages=topic.pages if topic else page)


def next_page(scene: Scene, line: str) -> str:
    """The value of the button that leads on in what was just read, if the line asks for more of it."""
    paged = (value for value in scene.session.beside.values() if _paged(*value[3:].split(":")[:2]))
    value = next(paged, "")
    asked = scene.text("menu.more").plain.split(";") if value else ()
    return value if fold(line[:LONGEST]) in map(fold, asked) else ""


def all_topics(scene: Scene) -> None:
    """Every topic by its title."""
    scene.understood("menu")
    offer(scene, "menu.topics", [f"topic.{topic}" for topic in scene.programme.topics])


def topic(scene: Scene, topic_id: str, page: int = 0) -> None:
    """An article's short form, or a page of its longer one; amid a form only the way to read more is offered."""
    from bot.flows.engine.fitting import leads

    scene.understood(f"topic.{topic_id}")
    found = scene.programme.topics[topic_id]
    page = min(page, found.pages)
    text_id = f"topics.{topic_id}.{page}" if page else f"topics.{topic_id}"
    onward = [f"topic.{topic_id}:{page + 1}"] if page < found.pages else []
    related = [route for route in found.related if leads(scene.programme, route)]
    offer(scene, text_id, onward if scene.amid else [*onward, *related, "menu"])


def later(scene: Scene, route: str) -> None:
    """A route whose flow does not exist here yet: says so and names whom to ask."""
    scene.understood(route)
    text_id = f"later.{route.replace('.', '_')}"
    text_id = text_id if scene.programme.has(text_id) else "later.text"
    offer(scene, text_id, [] if scene.amid else ["menu"], what=scene.called(route))


def thanks(scene: Scene) -> None:
    """A kind word gets one back."""
    from bot.flows.engine.forms import again

    scene.understood("menu")
    scene.say("menu.thanks")
    again(scene)


def unknown(scene: Scene, line: str) -> None:
    """Not understood: the nearest three, and a human; amid a form the question comes again."""
    from bot.flows.engine.forms import again

    scene.understood("unknown")
    if scene.amid:
        scene.say("unknown.amid_form")
        return again(scene)
    nearest = _nearest(scene, line)
    routes = nearest or [route for route in scene.programme.menu if route != "human"][:3]
    offer(scene, "unknown.nearest" if nearest else "unknown.text", [*routes, "human"])


def _nearest(scene: Scene, line: str) -> list[str]:
    """At most three topics or forms that the line has something in common with."""
    near = [guess.route for guess in scene.programme.lexicon.guesses(line) if guess.score >= NEAR]
    return [route for route in near if route.startswith(("topic.", "form."))][:3]


def language(scene: Scene) -> None:
    """Which language? One that the line itself names is spoken at once; where there is only one, says so."""
    scene.understood("language")
    if len(scene.programme.languages) == 1:
        return scene.say("language.only")
    named = scene.programme.lexicon.language(str(scene.event.data.get("text", "")))
    if named in scene.programme.languages:
        return speak(scene, named)
    waiting = scene.session.waiting
    if waiting is None or waiting.kind in ("offers", "language"):
        scene.wait("language", **(waiting.data if waiting and waiting.kind == "language" else {}))
    else:
        scene.wait("language", before=[waiting.kind, waiting.turn, dict(waiting.data)])
    ask_language(scene)


def speak(scene: Scene, language: str) -> None:
    """From now on in that language: what waited comes again in it (amid a digression `routes.digress` sees to that)."""
    from bot.flows.engine.forms import again

    waiting = scene.session.waiting
    scene.session = replace(scene.session, language=language)
    scene.do("speak", language=language)
    scene.say("language.changed")
    if waiting and waiting.kind == "language":
        scene.settle()
        take_up(scene, waiting)
        again(scene)
    if not scene.amid:
        menu(scene)


def take_up(scene: Scene, asked: Waiting) -> None:
    """What waited when the language was asked about waits again, with the buttons that it had."""
    match asked.data.get("before"):
        case [str(kind), int(turn), dict(data)]:
            scene.session = replace(scene.session, waiting=Waiting(kind, turn, data))


def ask_language(scene: Scene) -> None:
    languages = scene.programme.languages
    scene.say("language.which", [scene.pick(code, scene.label(f"language_{code}")) for code in languages])

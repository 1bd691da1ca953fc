"""Reading: the menu, the topics with their pages, and what comes later."""

from __future__ import annotations

from bot.flows.engine.scene import Scene
from bot.flows.values import Choice, Message


def menu(scene: Scene, text_id: str = "menu.text") -> None:
    """What one can do here; an unfinished form comes first, and a digit picks."""
    routes = [*_unfinished(scene), *scene.programme.menu]
    if len(scene.programme.topics) > sum(route.startswith("topic.") for route in routes):
        routes.append("topics")
    offer(scene, text_id, routes)


def _unfinished(scene: Scene) -> list[str]:
    return ["resume"] if scene.session.paused else []


def greet(scene: Scene) -> None:
    """The first message: who speaks and what it can do. Nothing that waited is left waiting."""
    from bot.flows.engine.forms import pause

    scene.understood("menu")
    scene.settle()
    if scene.session.draft:
        pause(scene, quietly=True)
        scene.say("flow.put_aside")
    menu(scene, "start.greeting")


def offer(scene: Scene, text_id: str, routes: list[str], **values: object) -> None:
    """A text with routes to choose from; typed digits mean them until something else is said."""
    scene.wait("offers", routes=list(routes))
    scene.say(text_id, [choice(scene, route) for route in routes], **values)


def choice(scene: Scene, route: str) -> Choice:
    if route == "resume" and scene.session.paused:
        title = scene.title(scene.session.paused[-1].form)
        return scene.go("resume", scene.label("resume_form", title=title))
    name, _, page = route.partition(":")
    return scene.go(name, _page_label(scene, name, int(page)) if page else "", int(page or 0))


def _page_label(scene: Scene, route: str, page: int) -> str:
    topic = scene.programme.topics[route.removeprefix("topic.")]
    return scene.label("more" if page == 1 else "next_page", page=page, pages=topic.pages)


def all_topics(scene: Scene) -> None:
    """Every topic by its title."""
    scene.understood("menu")
    offer(scene, "menu.topics", [f"topic.{topic}" for topic in scene.programme.topics])


def topic(scene: Scene, topic_id: str, page: int = 0) -> None:
    """An article's short form, or a page of its longer one; amid a form it takes no waiting place."""
    scene.understood(f"topic.{topic_id}")
    found = scene.programme.topics[topic_id]
    page = min(page, found.pages)
    text_id = f"topics.{topic_id}.{page}" if page else f"topics.{topic_id}"
    if scene.session.draft or _asking(scene):
        return scene.show(Message(scene.text(text_id)))
    onward = [f"topic.{topic_id}:{page + 1}"] if page < found.pages else []
    offer(scene, text_id, [*onward, *found.related, "menu"])


def _asking(scene: Scene) -> bool:
    """Whether a question of ours waits which an article must not push aside."""
    waiting = scene.session.waiting
    return waiting is not None and waiting.kind != "offers"


def later(scene: Scene, route: str) -> None:
    """A route whose flow does not exist here yet: says so and names whom to ask."""
    scene.understood(route)
    scene.say(
        "later.text", () if _asking(scene) or scene.session.draft else (scene.go("menu"),), what=scene.called(route)
    )


def human(scene: Scene) -> None:
    scene.understood("human")
    scene.say("human.text")


def unknown(scene: Scene, line: str) -> None:
    """Not understood: the nearest three, and a human."""
    scene.understood("unknown")
    nearest = [
        guess.route for guess in scene.programme.lexicon.guesses(line)[:3] if guess.route in scene.programme.routes
    ]
    routes = nearest or list(scene.programme.menu[:3])
    offer(scene, "unknown.nearest" if nearest else "unknown.text", [r for r in routes if r != "human"] + ["human"])


def language(scene: Scene) -> None:
    """Which language? With one only, says so."""
    scene.understood("language")
    languages = scene.programme.languages
    if len(languages) == 1:
        return scene.say("language.only")
    scene.wait("language")
    turn = scene.session.turns
    scene.say("language.which", [Choice(f"ok.{turn}.{code}", scene.label(f"language_{code}")) for code in languages])

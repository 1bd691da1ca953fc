"""What a self-assessment came to, and what goes with a registration of interest in the award."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from bot.flows import scoring
from bot.flows.engine import walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Score, words
from bot.flows.scoring import Points
from bot.flows.values import Event, Message, Text, join

DOTS = 5
MOST = 3  # strengths told, and next steps
STRONG = Fraction(3, 5)  # of what was rated; the share of the points that the Silver Award asks for
REGISTER = "form.award_registration"


def result(scene: Scene) -> None:
    """Total, conclusions and caution; each criterion; strengths and what to do next."""
    rows = scoring.points(scene.form, scene.draft.answers)
    scene.show(Message(join([_total(scene, rows), *_conclusions(scene), scene.text("award.preliminary")], "\n\n")))
    lines = [_line(scene, score, row) for score, row in zip(scene.form.scores, rows, strict=True)]
    scene.show(Message(join([scene.text("award.criteria"), join(lines)], "\n\n")))
    _onward(scene, rows)


def _total(scene: Scene, rows: list[Points]) -> Text:
    total = scoring.total(rows)
    return scene.text("award.total", low=total.low, high=total.high, most=total.most, skipped=total.skipped)


def _conclusions(scene: Scene) -> Iterable[Text]:
    """What the form's own computed values `level` and `conditions` say."""
    view = walking.known(scene.form, scene.draft.answers)
    ids = (f"award.level.{view.get('level')}", f"award.conditions.{view.get('conditions')}")
    return [scene.text(text_id) for text_id in ids if scene.programme.has(text_id)]


def _line(scene: Scene, score: Score, row: Points) -> Text:
    title = words(score.title, scene.language)
    if row.share is None:
        return scene.text("award.unrated", title=title, most=row.most)
    return scene.text("award.line", bar=_bar(row), title=title, low=row.low, high=row.high, most=row.most)


def _bar(row: Points) -> str:
    """Plain signs that every channel and every phone shows: what is certain, out of five."""
    full = row.low * DOTS // row.most
    return "●" * full + "○" * (DOTS - full)


def _onward(scene: Scene, rows: list[Points]) -> None:
    """Strengths, next steps, and where help for those is; with something skipped, also the form once more."""
    scores = {score.id: score for score in scene.form.scores}
    helps = dict.fromkeys(route for row in weaknesses(rows) for route in scores[row.id].helps)
    once_more = [f"form.{scene.form.id}"] if scoring.total(rows).skipped else []
    body = [*_told(scene, scores, rows), scene.text("award.onward")]
    choices = (scene.go(route) for route in [*helps, *once_more, REGISTER, "menu"])
    scene.show(Message(join(body, "\n\n"), tuple(choices)))


def _told(scene: Scene, scores: dict[str, Score], rows: list[Points]) -> list[Text]:
    if all(row.share is None for row in rows):
        return [scene.text("award.nothing_rated")]
    titles = [words(scores[row.id].title, scene.language) for row in strengths(rows)]
    steps = [_step(scene, number, scores[row.id]) for number, row in enumerate(weaknesses(rows), 1)]
    nothing = scene.text("award.no_steps", skipped=scoring.total(rows).skipped)
    todo = [scene.text("award.steps"), *steps] if steps else [nothing]
    return [scene.text("award.strengths", titles=titles), *todo]


def _step(scene: Scene, number: int, score: Score) -> Text:
    title, advice = words(score.title, scene.language), scene.form_text(f"{score.id}.advice").plain
    return scene.text("award.step", number=number, title=title, advice=advice)


def strengths(rows: list[Points]) -> list[Points]:
    """The criteria of which most was reached, as far as that is much and no rating was skipped: what nobody rated is no
    strength."""
    strong = [row for row in rows if row.share is not None and row.share >= STRONG and not row.skipped]
    return sorted(strong, key=lambda row: (-(row.share or 0), -row.most))[:MOST]


def weaknesses(rows: list[Points]) -> list[Points]:
    """The criteria of which least was reached, whatever is a strength left out; of two alike, the one worth more."""
    weak = [row for row in rows if row.share is not None and row.share < 1 and row not in strengths(rows)]
    return sorted(weak, key=lambda row: (row.share or 0, -row.most))[:MOST]


def registered(scene: Scene, event: Event) -> None:
    """{number, low, high, day}: the store has the registration, with the last self-assessment if there was one; what is
    said of both stands between the receipt and what comes next."""
    from bot.flows.engine.summary import submitted

    body = [*_carried(scene, event), *_conclusions(scene)]
    submitted(scene, event)
    scene.messages.insert(-1, Message(join(body, "\n\n")))


def _carried(scene: Scene, event: Event) -> Iterable[Text]:
    if event.data.get("low") is None:
        return []
    low, high, day = (event.data[name] for name in ("low", "high", "day"))
    return [scene.text("award.carried", low=low, high=high, day=day)]

"""Points for what people rated of themselves: each criterion has its points and the ratings that earn them. A rating that
was skipped leaves a range, from nothing to all that it could have earned; it never counts as nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.flows.programme import Form, Score
from bot.flows.values import Json

TOTAL = "score"  # stands beside the criteria, under the names score_low and score_high


@dataclass(frozen=True, slots=True)
class Points:
    """At least `low`, at most `high` of `most`; the two are equal where nothing was skipped. `share`: of what was rated,
    how much was reached (0 to 1), None where nothing was; `skipped`: how many ratings."""

    id: str
    low: int
    high: int
    most: int
    share: Fraction | None
    skipped: int


def points(form: Form, answers: Mapping[str, Json]) -> list[Points]:
    """What each criterion comes to, in the order of the form. A rating not asked yet is as open as one skipped."""
    return [_points(form, score, answers) for score in form.scores]


def total(rows: Sequence[Points]) -> Points:
    """The sum; its share is that of the points, its skipped ratings those of all."""
    low, high, most = (sum(getattr(row, name) for row in rows) for name in ("low", "high", "most"))
    return Points(TOTAL, low, high, most, Fraction(low, most) if most else None, sum(row.skipped for row in rows))


def known(form: Form, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The values that conditions can look at, `<criterion>_low` and `_high`, as far as all their ratings have been asked."""
    if not form.scores:
        return {}
    found = [row for score, row in zip(form.scores, points(form, answers), strict=True) if _asked(score, answers)]
    if len(found) == len(form.scores):
        found.append(total(found))
    return {name: value for row in found for name, value in zip(names(row.id), (row.low, row.high), strict=True)}


def names(id: str) -> tuple[str, str]:
    """What a criterion's points (or those of all, by TOTAL) are called in conditions."""
    return f"{id}_low", f"{id}_high"


def behind(form: Form) -> dict[str, frozenset[str]]:
    """The ratings behind each name."""
    every = frozenset(rating for score in form.scores for rating in score.ratings)
    ratings = [(score.id, frozenset(score.ratings)) for score in form.scores] + ([(TOTAL, every)] if every else [])
    return {name: of for one, of in ratings for name in names(one)}


def _asked(score: Score, answers: Mapping[str, Json]) -> bool:
    return all(rating in answers for rating in score.ratings)


def _points(form: Form, score: Score, answers: Mapping[str, Json]) -> Points:
    rated = list(_rated(form, score, answers))
    reached, open_ = sum(rated, Fraction()), len(score.ratings) - len(rated)
    low, high = (_whole(score.points * part / len(score.ratings)) for part in (reached, reached + open_))
    return Points(score.id, low, high, score.points, reached / len(rated) if rated else None, open_)


def _rated(form: Form, score: Score, answers: Mapping[str, Json]) -> Iterator[Fraction]:
    """Each rating given, as the part of its scale that was reached."""
    for rating in score.ratings:
        value, question = answers.get(rating), form.question(rating)
        low, high = (int(bound or 0) for bound in (question.minimum, question.maximum))
        if isinstance(value, int | float):
            yield Fraction(value - low) / (high - low)


def _whole(points: Fraction) -> int:
    """Halves upwards, so that more is never less."""
    return int(points + Fraction(1, 2))

"""The points of a self-assessment: what the form says about ratings and the programme about weights must fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.content.material import Read
from bot.content.problems import Problem
from bot.content.schema import EntryModel, FormModel, QuestionModel, ScoreModel
from bot.flows.programme import Score
from bot.flows.scoring import TOTAL, names

FULL = 1000  # points in all (Nghị định 37/2026/NĐ-CP, Điều 56–65)


def scored(read: Read[FormModel], criteria: Sequence[EntryModel]) -> tuple[tuple[Score, ...], list[Problem]]:
    """The form's criteria with their points; none at all where something is wrong, which the problems tell."""
    rows, asked = {row.id: row for row in criteria}, {question.id: question for question in read.model.questions}
    problems = [problem for number in range(len(read.model.scores)) for problem in _wrong(read, number, rows, asked)]
    problems = problems or list(_sum(read, rows))
    if problems:
        return (), problems
    return tuple(_score(score, rows[score.id]) for score in read.model.scores), []


def names_after(scores: Sequence[Score], known: Mapping[str, str]) -> dict[str, str]:
    """What conditions can look at once these questions are asked: the points of the criteria rated by then; of all."""
    done = [score.id for score in scores if known.keys() >= set(score.ratings)]
    done += [TOTAL] if scores and len(done) == len(scores) else []
    return {name: "number" for one in done for name in names(one)}


def _score(score: ScoreModel, row: EntryModel) -> Score:
    return Score(score.id, row.title, _points(row), tuple(score.ratings), tuple(score.helps))


def _points(row: EntryModel) -> int:
    points = (row.model_extra or {}).get("points")
    return points if isinstance(points, int) and not isinstance(points, bool) and points > 0 else 0


def _wrong(
    read: Read[FormModel], number: int, rows: Mapping[str, EntryModel], asked: Mapping[str, QuestionModel]
) -> Iterator[Problem]:
    scores = read.model.scores
    own, at = scores[number].id, ("scores", number)
    if own not in rows or not _points(rows[own]):
        yield read.problem(
            f"'{own}' has no points: give it a whole number of them in programme.yaml, criteria", *at, "id"
        )
    if own == TOTAL or own in asked or own in [score.id for score in scores[:number]]:
        yield read.problem(f"'{own}' has a meaning in this form already; choose another name", *at, "id")
    earlier = {rating for score in scores[:number] for rating in score.ratings}
    for place, rating in enumerate(scores[number].ratings):
        if rating not in asked or asked[rating].type != "rating":
            yield read.problem(f"'{rating}' is no question of type rating in this form", *at, "ratings", place)
        elif not _scale(asked[rating]):
            yield read.problem(f"'{rating}' needs its minimum and maximum, whole numbers", *at, "ratings", place)
        elif rating in earlier or rating in scores[number].ratings[:place]:
            yield read.problem(f"'{rating}' earns points twice", *at, "ratings", place)


def _scale(question: QuestionModel) -> bool:
    low, high = question.minimum, question.maximum
    return all(isinstance(bound, int | float) and bound == int(bound) for bound in (low, high)) and low != high


def _sum(read: Read[FormModel], rows: Mapping[str, EntryModel]) -> Iterator[Problem]:
    total = sum(_points(rows[score.id]) for score in read.model.scores)
    if read.model.scores and total != FULL:
        yield read.problem(
            f"the points of these criteria are {total} together; programme.yaml should give {FULL}", "scores"
        )

"""Points for ratings: within bounds, never less for more, a range where something was skipped, the sum of its parts."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.content import load, read_bundle
from bot.flows.conditions import parse
from bot.flows.engine import award, walking
from bot.flows.paths import follow
from bot.flows.programme import Computed, Form, Question, Score
from bot.flows.scoring import Points, known, points, total

CONTENT = Path(__file__).parents[2] / "content"


@cache
def real(place: str = "an-giang") -> Form:
    return load(read_bundle(CONTENT, place)).forms["award_self_assessment"]


def rating(name: str, low: int = 0, high: int = 5) -> Question:
    return Question(name, "rating", optional=True, minimum=low, maximum=high)


def odd() -> Form:
    """Points that no step of a scale divides, on scales that begin at 0 and at 1."""
    questions = (rating("a"), rating("b"), rating("c"), rating("d", 1, 4))
    scores = (Score("one", {"vi": "Một"}, 101, ("a", "b", "c")), Score("two", {"vi": "Hai"}, 899, ("d",)))
    return Form("odd", {"vi": "Lẻ"}, questions, scores=scores)


def ratings(form: Form) -> list[Question]:
    return [question for question in form.questions if question.type == "rating"]


@some.composite
def rated(draw, skipping=True):
    """A form, and answers to its ratings, None where one is skipped."""
    form = draw(some.sampled_from([real(), odd()]))
    nothing = some.none() if skipping else some.nothing()
    least, most = every(form, "minimum"), every(form, "maximum")
    return form, {name: draw(nothing | some.integers(least[name], most[name])) for name in least}


def every(form: Form, value: str) -> dict[str, int]:
    return {question.id: int(getattr(question, value)) for question in ratings(form)}


@pytest.mark.parametrize("form", [real("an-giang"), real("ha-noi"), odd()], ids=["an-giang", "ha-noi", "odd"])
def test_the_most_everywhere_is_all_points_and_the_least_none(form):
    full, none = (total(points(form, every(form, bound))) for bound in ("maximum", "minimum"))
    assert (full.low, full.high, full.most, full.share) == (1000, 1000, 1000, Fraction(1))
    assert (none.low, none.high, none.share) == (0, 0, Fraction(0))


@given(rated())
def test_points_keep_within_their_bounds_and_add_up(case):
    form, answers = case
    rows = points(form, answers)
    assert all(0 <= row.low <= row.high <= row.most for row in rows)
    assert sum(row.low for row in rows) == total(rows).low
    assert sum(row.high for row in rows) == total(rows).high
    assert sum(row.skipped for row in rows) == list(answers.values()).count(None)


@given(rated(skipping=False))
def test_nothing_skipped_is_no_range(case):
    form, answers = case
    assert all(row.low == row.high for row in points(form, answers))


@given(rated(skipping=False), some.data())
def test_a_better_rating_is_never_worth_less(case, data):
    form, answers = case
    question = data.draw(some.sampled_from(ratings(form)))
    better = answers | {question.id: min(answers[question.id] + 1, int(question.maximum))}
    assert total(points(form, better)).low >= total(points(form, answers)).low


@given(rated(), some.data())
def test_whatever_is_rated_later_lies_within_the_range(case, data):
    """A skipped rating is neither nothing nor everything."""
    form, answers = case
    open_ = {question.id for question in ratings(form) if answers[question.id] is None}
    filled = {
        name: data.draw(some.integers(int(form.question(name).minimum), int(form.question(name).maximum)))
        for name in open_
    }
    before, after = total(points(form, answers)), total(points(form, answers | filled))
    assert before.low <= after.low == after.high <= before.high


def test_points_of_the_real_form_are_exact():
    """With the weights of the programmes every step is a whole number, so that nothing is lost to rounding."""
    form = real()
    for question in ratings(form):
        one = total(points(form, every(form, "minimum") | {question.id: 1})).low
        five = total(points(form, every(form, "minimum") | {question.id: 5})).low
        assert five == 5 * one > 0


def test_skipped_is_a_range_and_not_nothing():
    row = points(real(), {"leadership_direction": 4, "leadership_example": None})[0]
    assert row == Points("leadership", 40, 90, 100, Fraction(4, 5), 1)


def test_conditions_know_points_once_all_their_ratings_were_asked():
    form = odd()
    assert known(form, {"a": 5, "b": 5}) == {}
    assert known(form, {"a": 5, "b": 5, "c": None}) == {"one_low": 67, "one_high": 101}
    assert known(form, {"a": 5, "b": 5, "c": None, "d": 1})["score_low"] == 67


def test_a_question_may_depend_on_points():
    """Asked only when they are known, found by whoever follows all paths, and remembered by the ratings behind them."""
    asks = Question("why", "text", when=parse("two_high < 500", {"two_high": "number"}))
    deep = Question("deep", "text", when=parse("low == 'yes'", {"low": "str"}))
    computed = Computed("low", ((parse("two_low <= 0", {"two_low": "number"}), "yes"),), "no")
    form = odd()
    form = replace(form, questions=(*form.questions, asks, deep), computed=(computed,))
    assert {question.id for question in walking.way(form, {"d": 2}).on} >= {"why"}
    assert "deep" not in {question.id for question in walking.way(form, {"d": 2}).on}
    assert {question.id for question in walking.way(form, {"d": 1}).on} >= {"why", "deep"}
    assert "why" not in walking.way(form, {"d": 4}).may
    assert "why" in walking.way(form, {}).may
    assert follow(form).longest == 6
    assert follow(form).reached >= {"why", "deep"}


def rows(**shares: tuple[int, int]) -> list[Points]:
    """Criteria by name: (share in percent, points), nothing rated below 0."""
    return [
        Points(name, 0, most, most, None if share < 0 else Fraction(share, 100), 0)
        for name, (share, most) in shares.items()
    ]


def named(found: list[Points]) -> list[str]:
    return [row.id for row in found]


@pytest.mark.parametrize(
    ("criteria", "strong", "weak"),
    [
        (rows(a=(90, 100), b=(60, 80), c=(59, 80), d=(20, 100), e=(100, 300)), ["e", "a", "b"], ["d", "c"]),
        (rows(a=(70, 100), b=(70, 300), c=(70, 80), d=(70, 90)), ["b", "a", "d"], ["c"]),
        (rows(a=(10, 100), b=(0, 300), c=(-1, 80), d=(0, 90)), [], ["b", "d", "a"]),
        (rows(a=(100, 100), b=(100, 300), c=(100, 80), d=(100, 90)), ["b", "a", "d"], []),
        (rows(a=(-1, 100)), [], []),
        ([Points("a", 50, 100, 100, Fraction(1), 1), *rows(b=(60, 80))], ["b"], []),
    ],
    ids=["mixed", "ties go to what is worth more", "weak only", "nothing left to gain", "nothing rated", "skipped"],
)
def test_strengths_and_what_to_do_next(criteria, strong, weak):
    assert named(award.strengths(criteria)) == strong
    assert named(award.weaknesses(criteria)) == weak

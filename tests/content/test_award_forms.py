"""The award's two forms in every programme: criteria and thresholds of the decree (facts/programme.md 4.5), short enough for a
phone, nothing personal where nothing is asked for consent; and what an author can get wrong about points."""

from functools import cache
from itertools import product
from pathlib import Path

import pytest

from bot.channel import CAPABILITIES, fit, units
from bot.content import load, read_bundle
from bot.flows.engine import walking
from bot.flows.paths import follow
from bot.flows.values import Message

CONTENT = Path(__file__).parents[2] / "content"
PLACES = ("an-giang", "ha-noi")
SEVEN = ["leadership", "strategy", "customers", "measurement", "workforce", "operations", "results"]
LEVELS = {"gold", "silver", "silver_or_gold", "below", "open"}
CONDITIONS = {"met", "operating_missing", "market_missing", "both_missing", "unclear"}

each_place = pytest.mark.parametrize("place", PLACES)


@cache
def programme(place):
    return load(read_bundle(CONTENT, place))


def assessment(place):
    return programme(place).forms["award_self_assessment"]


def ratings(place):
    return [rating for score in assessment(place).scores for rating in score.ratings]


def level(place, answers):
    return walking.known(assessment(place), answers).get("level")


@each_place
def test_seven_criteria_of_governance_and_the_product(place):
    scores = assessment(place).scores
    assert [score.id for score in scores] == [*SEVEN, "product"]
    assert sum(score.points for score in scores) == 1000
    assert all(2 <= len(score.ratings) <= 3 for score in scores)
    rows = programme(place).entries["criteria"]
    assert all("tạm tính" in row.basis for row in rows)  # the split of the points is nobody's but the assistant's


@each_place
def test_every_rating_is_from_0_to_5_may_be_skipped_and_is_explained(place):
    form = assessment(place)
    for rating in ratings(place):
        question = form.question(rating)
        assert (question.type, question.minimum, question.maximum, question.optional) == ("rating", 0, 5, True)
        for language in programme(place).languages:
            hint = programme(place).render(f"forms.{form.id}.{rating}.hint", language, {"answers": {}}).plain
            assert [mark for mark in ("0: ", "3: ", "5: ") if mark not in hint] == []


@each_place
@pytest.mark.parametrize(("form", "most"), [("award_self_assessment", 22), ("award_registration", 15)])
def test_nobody_is_asked_too_much(place, form, most):
    assert follow(programme(place).forms[form]).longest <= most


@each_place
def test_the_assessment_asks_for_nothing_personal(place):
    form = assessment(place)
    assert (form.consent, form.organisation) == ("", "")
    assert not any(question.personal or question.profile for question in form.questions)
    assert {question.type for question in form.questions} == {"yes_no", "rating"}


@each_place
def test_registering_asks_consent_and_knows_the_survey_s_names(place):
    form, survey = (programme(place).forms[name] for name in ("award_registration", "needs_survey"))
    assert (form.consent, form.sends) == ("request", "register_interest")
    shared = [question for question in form.questions if question.id in survey.by_id]
    assert {question.id for question in shared} >= {
        "group",
        "unit_name",
        "tax_code",
        "commune",
        "contact_name",
        "phone",
    }
    assert all(question.type == survey.question(question.id).type for question in shared)
    assert [option.id for option in form.question("group").options] == [
        option.id for option in survey.question("group").options
    ]


@each_place
@pytest.mark.parametrize(("low", "high", "conclusion"), [
    (0, 0, "below"), (599, 599, "below"), (600, 600, "silver"), (799, 799, "silver"), (800, 800, "gold"), (1000, 1000, "gold"),
    (0, 599, "below"), (0, 600, "open"), (599, 1000, "open"), (600, 799, "silver"), (600, 800, "silver_or_gold"),
    (799, 800, "silver_or_gold"), (800, 1000, "gold"),
])  # fmt: skip
def test_the_conclusion_at_every_edge(place, low, high, conclusion):
    """The form's own conclusions, whatever the weights: at the very point and one below, and for ranges around them."""
    (computed,) = [each for each in assessment(place).computed if each.id == "level"]
    view = {"score_low": low, "score_high": high}
    found = next((value for when, value in computed.cases if when.holds(view)), computed.otherwise)
    assert found == conclusion


@each_place
def test_threes_are_exactly_silver_and_fours_exactly_the_points_of_gold(place):
    for mark, total, conclusion in ((3, 600, "silver"), (4, 800, "gold")):
        answers = dict.fromkeys(ratings(place), mark)
        known = walking.known(assessment(place), answers)
        assert (known["score_low"], known["score_high"], known["level"]) == (total, total, conclusion)
        fewer = answers | {ratings(place)[0]: mark - 1}
        assert level(place, fewer) == {3: "below", 4: "silver"}[mark]


@each_place
def test_nothing_is_concluded_before_all_was_asked(place):
    answers = dict.fromkeys(ratings(place)[:-1], 5)
    assert level(place, answers) is None
    assert level(place, answers | {ratings(place)[-1]: None}) == "gold"


@each_place
@pytest.mark.parametrize("form", ["award_self_assessment", "award_registration"])
@pytest.mark.parametrize(("operating", "market", "conclusion"), [
    (True, True, "met"), (False, True, "operating_missing"), (True, False, "market_missing"), (False, False, "both_missing"),
    (None, True, "unclear"), (True, None, "unclear"), (None, None, "unclear"), (False, None, "operating_missing"),
    (None, False, "market_missing"),
])  # fmt: skip
def test_the_conditions_of_36_and_12_months(place, form, operating, market, conclusion):
    answers = {"operating": operating, "on_market": market}
    assert walking.known(programme(place).forms[form], answers)["conditions"] == conclusion


@each_place
def test_every_conclusion_has_its_words(place):
    form = assessment(place)
    values = {each.id: {value for _, value in each.cases} | {each.otherwise} for each in form.computed}
    assert values == {"level": LEVELS, "conditions": CONDITIONS}
    for name, language in product(values, programme(place).languages):
        texts = [programme(place).render(f"award.{name}.{value}", language, {}).plain for value in values[name]]
        assert len(set(texts)) == len(texts)


@each_place
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_said_of_points_is_true(place, language):
    say = lambda text_id: programme(place).render(text_id, language, {}).plain  # noqa: E731
    preliminary = say("award.preliminary")
    assert {"vi": "sơ bộ", "en": "preliminary"}[language] in preliminary
    assert {"vi": "tạm đặt", "en": "provisional"}[language] in preliminary
    assert "37/2026/NĐ-CP" in preliminary
    assert {"vi": "tốt nhất trong lĩnh vực", "en": "best product of its field"}[language] in say("award.level.gold")


@each_place
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_criterion_has_advice_and_where_help_is(place, language):
    form, routes = assessment(place), programme(place).routes
    for score in form.scores:
        advice = programme(place).render(f"forms.{form.id}.{score.id}.advice", language, {"answers": {}})
        assert 60 < len(advice.plain) < 300
        assert score.helps
        assert set(score.helps) <= routes.keys()


@each_place
def test_the_longest_next_steps_fit_one_bubble_of_every_channel(place):
    form = assessment(place)
    for language in programme(place).languages:
        advice = [
            programme(place).render(f"forms.{form.id}.{score.id}.advice", language, {"answers": {}})
            for score in form.scores
        ]
        longest = sorted((units(text.plain) for text in advice), reverse=True)[:3]
        around = [programme(place).render(f"award.{name}", language, {}) for name in ("steps", "onward")]
        assert sum(longest) + sum(units(text.plain) for text in around) < 1800
        assert all(len(fit(Message(text), can)) == 1 for text in advice for can in CAPABILITIES.values())


# -- what an author can get wrong -----------------------------------------------------------------------------------------

FORM, MAIN = "demo/forms/rated.yaml", "demo/programme.yaml"
RATED = """\
format: 1
title: Tự chấm mẫu
questions:
  - {id: first, type: rating, text: Một?, minimum: 0, maximum: 5}
  - {id: second, type: rating, text: Hai?, minimum: 0, maximum: 5}
  - {id: third, type: yes_no, text: Ba?}
scores:
  - {id: one, ratings: [first], advice: Làm một.}
  - {id: two, ratings: [second], advice: Làm hai., helps: [human]}
computed:
  - id: band
    cases: [{when: score_low >= 600, value: high}]
    otherwise: low
"""
CRITERIA = """\
criteria:
  - {id: one, title: Một, points: 400}
  - {id: two, title: Hai, points: 600}
"""
BROKEN = {
    "points that are not 1,000": (MAIN, "points: 400", "points: 300", FORM, "scores:", "are 900 together"),
    "a criterion without points": (MAIN, "points: 400", "weight: 400", FORM, "id: one", "'one' has no points"),
    "points that are no number": (MAIN, "points: 400", "points: many", FORM, "id: one", "'one' has no points"),
    "a part of a point": (MAIN, "points: 400", "points: 400.5", FORM, "id: one", "'one' has no points"),
    "a criterion of nobody": (FORM, "{id: two,", "{id: tow,", FORM, "id: tow", "'tow' has no points"),
    "a rating that is none": (FORM, "ratings: [second]", "ratings: [third]", FORM, "id: two", "'third' is no question"),
    "a rating of nobody": (FORM, "ratings: [second]", "ratings: [secund]", FORM, "id: two", "'secund' is no question"),
    "a rating twice": (FORM, "ratings: [second]", "ratings: [first]", FORM, "id: two", "'first' earns points twice"),
    "a rating twice in one": (FORM, "[second]", "[second, second]", FORM, "id: two", "'second' earns points twice"),
    "a scale without its end": (FORM, "Hai?, minimum: 0, maximum: 5", "Hai?, minimum: 0", FORM, "id: two", "'second' needs"),
    "a criterion called as a question": (FORM, "id: third", "id: one", FORM, "{id: one, ratings", "'one' has a meaning"),
    "a help that leads nowhere": (FORM, "helps: [human]", "helps: [topic.none]", FORM, "helps", "'topic.none' leads nowhere"),
    "a condition on points of nobody": (FORM, "score_low >= 600", "three_low >= 600", FORM, "when:", "called three_low"),
    "a condition on points that are words": (FORM, "score_low >= 600", "score_low == 'x'", FORM, "when:", "cannot be compared"),
}  # fmt: skip


@pytest.fixture
def rated(files):
    files[FORM] = RATED
    return files.add(MAIN, CRITERIA)


def test_a_form_with_points_is_without_fault(rated):
    assert rated.check() == []
    form = load(rated.bundle()).forms["rated"]
    assert [(score.id, score.points, score.ratings, score.helps) for score in form.scores] == [
        ("one", 400, ("first",), ()),
        ("two", 600, ("second",), ("human",)),
    ]


@pytest.mark.parametrize(("file", "old", "new", "where", "words", "message"), BROKEN.values(), ids=BROKEN)
def test_each_fault_is_found_in_its_line(rated, file, old, new, where, words, message):
    problems = rated.swap(file, old, new).check()
    assert [problem for problem in problems if message in problem.message] != []
    (found,) = [problem for problem in problems if message in problem.message]
    assert (found.file, found.line) == (where, rated.line(where, words))


def test_points_are_not_known_before_the_last_rating(rated):
    """A question's condition may look at points, once all that earns them stands above it."""
    late = "  - {id: third, type: yes_no, text: Ba?, when: two_low > 0}"
    early = "  - {id: third, type: yes_no, text: Ba?, when: score_low > 0}\n"
    assert rated.swap(FORM, "  - {id: third, type: yes_no, text: Ba?}", late).check() == []
    rated.swap(FORM, late + "\n", "").swap(FORM, "  - {id: second", early + "  - {id: second")
    assert [problem for problem in rated.check() if "score_low" in problem.message] != []

"""How far along one is: the total of a long form shrinks as branches fall away and never grows; what was known counts not."""

import pytest

from bot.flows import paths
from bot.flows.engine.walking import asked_of, progress
from tests.flows.test_application_walks import begun, finished, numbers, programme


@pytest.mark.parametrize("place", ["an-giang", "ha-noi"])
@pytest.mark.parametrize("supports", [("barcode",), ("management_system", "tool", "traceability")])
def test_the_total_never_grows_and_the_last_question_is_the_last(place, supports):
    person = begun(place)
    form = person.programme.forms["support_application"]
    told = {"supports": numbers(form.question("supports"), supports)}
    put = finished(person, told, brief=False)
    assert person.session.draft
    answers = person.session.draft.answers
    seen = [progress(form, answers, name) for name in put]
    assert [number for number, _ in seen] == [*range(1, len(put) + 1)], "no number is left out"
    totals = [total for _, total in seen]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] == form.total == paths.follow(form).longest
    assert seen[-1] == (len(put), len(put))


@pytest.mark.parametrize("place", ["an-giang", "ha-noi"])
def test_what_was_filled_in_counts_neither_as_asked_nor_as_to_come(place):
    person = begun(place)
    form = person.programme.forms["support_application"]
    finished(person, {"supports": numbers(form.question("supports"), ("barcode",))}, brief=False)
    assert person.session.draft
    answers = person.session.draft.answers
    filled = [question.id for question in asked_of(form, answers) if question.profile and question.id != "supports"]
    left = [question.id for question in asked_of(form, answers) if question.id not in filled]
    seen = [progress(form, answers, name, filled) for name in left]
    assert [number for number, _ in seen] == [*range(1, len(left) + 1)]
    assert seen[-1] == (len(left), len(left)) < progress(form, answers, left[-1])


@pytest.mark.parametrize("place", ["an-giang", "ha-noi"])
def test_a_short_form_keeps_its_total_and_the_number_leaps(place):
    form = programme(place).forms["needs_survey"]
    assert progress(form, {}, form.questions[0].id) == (1, form.total)
    last = [question for question in form.questions if question.type != "statement"][-1]
    assert progress(form, {"needs": ["training"]}, last.id)[1] == form.total

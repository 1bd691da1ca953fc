"""The needs survey of each programme: short enough on every path, each need with its own questions, the size class by
law, and the same ids where the same is asked, so that provinces can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from bot.content import load, read_bundle
from bot.flows.engine import walking
from bot.flows.programme import Form, Programme
from bot.flows.values import Json

CONTENT = Path(__file__).parents[2] / "content"
LONGEST = 15
SHARED = ("management_system", "tool", "barcode", "traceability", "training", "award")
SUPPORTS = {"an-giang": SHARED, "ha-noi": (*SHARED, "model_enterprise", "conformity_assessment")}
OPENED = {  # need → the questions of its own; a need that a programme does not have opens nothing there
    "management_system": ["systems", "start", "difficulty"],
    "tool": ["problems", "start", "difficulty"],
    "barcode": ["barcode_now", "barcode_items", "difficulty"],
    "traceability": ["tracing_now", "tracing_wish", "difficulty"],
    "training": ["training_topics", "training_people", "start"],
    "award": ["operating_years", "start", "difficulty"],
    "model_enterprise": ["measured", "visits", "start", "difficulty"],
    "conformity_assessment": ["conformity_fields", "conformity_wish", "start", "difficulty"],
    "unsure": ["problems", "start", "awareness", "difficulty"],
}
WITH_ALL = {  # what is asked in detail of who needs everything: the rest gives way
    "an-giang": ["systems", "problems", "barcode_now", "tracing_now", "training_topics", "operating_years"],
    "ha-noi": ["systems", "problems", "barcode_now", "tracing_now", "operating_years", "measured"],
}
FIRST = ["sector", "employees", "needs"]
LAST = ["group", "unit_name", "tax_code", "commune", "contact_name", "phone"]


@cache
def loaded(place: str) -> Programme:
    return load(read_bundle(CONTENT, place))


@pytest.fixture(scope="module", params=SUPPORTS)
def programme(request: pytest.FixtureRequest) -> Programme:
    return loaded(request.param)


@pytest.fixture(scope="module")
def form(programme: Programme) -> Form:
    return programme.forms["needs_survey"]


def path(form: Form, **answers: Json) -> list[str]:
    return [question.id for question in walking.asked_of(form, {"sector": "food", "employees": 20, **answers})]


def all_needs(form: Form) -> Iterator[list[Json]]:
    """Everything one can pick: any of the needs, or that there is none."""
    free: list[Json] = [
        option.id for option in form.question("needs").options if option.id != form.question("needs").none
    ]
    for count in range(1, len(free) + 1):
        yield from ([*some] for some in combinations(free, count))
    yield [form.question("needs").none]


def codes(form: Form, needs: list[Json]) -> list[dict[str, Json]]:
    """Each state of barcodes, where it is asked for."""
    return [{"barcode_now": now.id} for now in form.question("barcode_now").options] if "barcode" in needs else [{}]


def all_paths(form: Form) -> Iterator[list[str]]:
    """Each path once per group and state of barcodes: what the conditions look at beside the needs."""
    for needs in all_needs(form):
        for group in form.question("group").options:
            for now in codes(form, needs):
                yield path(form, needs=needs, group=group.id, **now)


def test_no_path_is_too_long_and_the_total_shown_is_the_longest(form):
    lengths = [len(found) for found in all_paths(form)]
    assert max(lengths) == LONGEST == form.total
    assert min(lengths) == 8


def test_conditions_look_at_nothing_but_what_the_paths_vary(form):
    names = {name for question in form.questions if question.when for name in question.when.names}
    assert names == {"needs", "group", "barcode_now"}


def test_every_question_is_on_some_path(form):
    reached = {question for found in all_paths(form) for question in found}
    assert reached == {question.id for question in form.questions}


def test_needs_share_their_ids_with_the_supports_of_the_programme(form, programme):
    supports = SUPPORTS[programme.id]
    assert [entry.id for entry in programme.entries["supports"]] == [*supports]
    assert [option.id for option in form.question("needs").options] == [*supports, "unsure", "no_need"]


def test_a_need_opens_its_own_questions(form, programme):
    for need in (*SUPPORTS[programme.id], "unsure"):
        found = path(form, needs=[need], barcode_now="none", group="household")
        assert found == [*FIRST, *OPENED[need], *LAST]


def test_needs_chosen_together_keep_the_first_question_of_each(form, programme):
    for pair in combinations(SUPPORTS[programme.id], 2):
        found = path(form, needs=[*pair], barcode_now="none", group="household")
        assert {OPENED[need][0] for need in pair} <= set(found), pair


def test_all_needs_of_an_enterprise_are_the_longest_path(form, programme):
    needs: list[Json] = [*SUPPORTS[programme.id], "unsure"]
    found = path(form, needs=needs, barcode_now="none", group="enterprise")
    assert found == [*FIRST, *WITH_ALL[programme.id], *LAST]
    assert len(found) == LONGEST


def test_provinces_can_be_compared():
    """Questions and options of one id mean the same: only where a province is asked about itself do the lists differ."""
    one, other = (loaded(place).forms["needs_survey"] for place in SUPPORTS)
    shared = {question.id for question in one.questions} & {question.id for question in other.questions}
    assert shared == {question.id for question in one.questions}
    for name in shared - {"sector"}:
        here, there = one.question(name), other.question(name)
        assert (here.type, here.optional) == (there.type, there.optional), name
        options = {option.id: option for option in there.options}
        assert [options.get(option.id) for option in here.options] == [*here.options], name


def test_who_needs_nothing_is_asked_why_and_for_no_contact(form):
    found = path(form, needs=["no_need"], group="enterprise")
    assert found == [*FIRST, "no_need_reason", "awareness", "group", "unit_name", "commune"]


def test_declaring_products_is_asked_only_of_those_with_a_valid_code(form):
    found = path(form, needs=["barcode"], barcode_now="valid", group="cooperative")
    assert "barcode_declared" in found
    assert "barcode_items" not in found


def test_revenue_is_asked_of_enterprises_only(form):
    asked = {
        group.id: "revenue" in path(form, needs=["tool"], group=group.id) for group in form.question("group").options
    }
    assert [group for group, yes in asked.items() if yes] == ["enterprise"]


def test_questions_about_persons_come_after_the_needs_and_say_why(form, programme):
    personal = [question.id for question in form.questions if question.personal]
    assert personal == ["unit_name", "tax_code", "contact_name", "phone"]
    assert form.consent == "request"
    assert all(programme.has(f"forms.needs_survey.{question}.why") for question in personal)


@pytest.mark.parametrize(
    ("people", "employees", "fits"), [(3, 20, True), (20, 20, True), (21, 20, False), (21, None, True)]
)
def test_no_more_people_go_to_training_than_work_there(form, people, employees, fits):
    check = form.question("training_people").check
    assert check is not None
    assert check.holds({"value": people, "employees": employees}) is fits


@pytest.mark.parametrize(
    ("name", "group", "fits"),
    [("Trần Văn Ví Dụ", "enterprise", True), ("Cơ sở Ví Dụ", "enterprise", False), ("Cơ sở Ví Dụ", "household", True)],
)
def test_a_contact_is_a_person_unless_the_household_bears_their_name(form, name, group, fits):
    check = form.question("contact_name").check
    assert check is not None
    assert check.holds({"value": name, "unit_name": "Cơ sở Ví Dụ", "group": group}) is fits


SIZES = [  # Decree 80/2021, Article 5: sector, employees, revenue → class; a limit belongs to the smaller class
    ("food", 10, "to_3", "micro"),
    ("food", 10, "to_10", "small"),
    ("food", 11, "to_3", "small"),
    ("food", 100, "to_50", "small"),
    ("food", 100, "to_100", "medium"),
    ("food", 101, "to_50", "medium"),
    ("food", 200, "to_200", "medium"),
    ("food", 200, "to_300", "undetermined"),  # the total capital may still make it medium
    ("food", 201, "to_3", "large"),
    ("trade", 10, "to_10", "micro"),
    ("trade", 10, "to_50", "small"),
    ("trade", 50, "to_100", "small"),
    ("trade", 51, "to_100", "medium"),
    ("services", 100, "to_300", "medium"),
    ("services", 100, "over_300", "undetermined"),
    ("services", 101, "to_3", "large"),
    ("other", 10, "to_3", "micro"),  # micro whichever column applies
    ("other", 60, "to_50", "undetermined"),
    ("other", 201, "to_3", "large"),
    ("food", None, "to_3", "undetermined"),
    ("food", 10, None, "undetermined"),
    ("food", 10, "unknown", "undetermined"),
]


@pytest.mark.parametrize(("sector", "employees", "revenue", "size"), SIZES)
def test_the_size_of_an_enterprise(form, sector, employees, revenue, size):
    answers = {"sector": sector, "employees": employees, "group": "enterprise", "revenue": revenue}
    assert walking.known(form, answers)["size"] == size


def test_only_enterprises_have_a_size(form):
    assert walking.known(form, {"sector": "food", "employees": 5, "group": "household"})["size"] == "not_applicable"


def test_the_bands_of_revenue_leave_no_gap(form):
    bands = [option for option in form.question("revenue").options if option.low or option.high]
    assert [band.high for band in bands[:-1]] == [band.low for band in bands[1:]]
    assert bands[0].low is None
    assert bands[-1].high is None

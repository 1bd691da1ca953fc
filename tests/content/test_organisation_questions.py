"""What every form asks of an organisation: the same ids as in the surveys, nothing that makes no sense for its group, and
the size by Decree 80/2021/NĐ-CP, worked out here a second time from the law's own table."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path

import pytest

from bot.content import load, read_bundle, report
from bot.flows.engine import walking
from bot.flows.programme import Form, Programme
from bot.flows.values import Json

CONTENT = Path(__file__).parents[2] / "content"
PLACES = ("an-giang", "ha-noi")
COMMON = ["group", "unit_name", "tax_code", "commune", "address", "industry", "line", "employees"]
OF_GROUP = {  # what is asked of whom, with every question answered
    "enterprise": [*COMMON, "revenue", "capital", "ocop", "key_product", "startup", "women_owned"],
    "cooperative": [*COMMON, "ocop", "key_product"],
    "cooperative_group": ["group", "unit_name", "commune", "address", "industry", "employees", "ocop", "key_product"],
    "household": [*COMMON, "ocop", "key_product"],
    "conformity_body": COMMON,
    "agency": ["group", "unit_name", "commune", "address"],
    "other": [*COMMON, "ocop", "key_product"],
}
SIZES = ["micro", "small", "medium", "large"]
PRODUCTION = ((10, 3, 3), (100, 50, 20), (200, 200, 100))  # people, revenue and capital in billions: at most
SERVICES = ((10, 10, 3), (50, 100, 50), (100, 300, 100))
REVENUE = {"to_3": 3, "to_10": 10, "to_50": 50, "to_100": 100, "to_200": 200, "to_300": 300, "over_300": 301}
CAPITAL = {"to_3": 3, "to_20": 20, "to_50": 50, "to_100": 100, "over_100": 101}
PEOPLE = (1, 10, 11, 50, 51, 100, 101, 200, 201, 5000)


@cache
def loaded(place: str) -> Programme:
    return load(read_bundle(CONTENT, place))


@pytest.fixture(params=PLACES)
def form(request: pytest.FixtureRequest) -> Form:
    return loaded(request.param).forms["organisation"]


def industry(section: str) -> dict[str, Json]:
    return {"code": "00", "name": "Ngành Ví Dụ", "section": section}


def by_law(section: str, people: int, revenue: float, capital: float) -> str:
    """Article 5: at most so many people, and at most so much revenue or capital; else the next larger size."""
    table = PRODUCTION if section in "ABCDEF" else SERVICES
    fitting = (
        size for size, (p, r, c) in zip(SIZES, table, strict=False) if people <= p and (revenue <= r or capital <= c)
    )
    return next(fitting, "large")


def possible(section: str, people: int, revenue: str | None, capital: str | None) -> set[str]:
    """The sizes that there can be, whatever is not known."""
    revenues = [REVENUE[revenue]] if revenue in REVENUE else REVENUE.values()
    capitals = [CAPITAL[capital]] if capital in CAPITAL else CAPITAL.values()
    return {by_law(section, people, *money) for money in product(revenues, capitals)}


def size_of(form: Form, people: int | None, revenue: str | None, capital: str | None, line: Json) -> Json:
    answers: dict[str, Json] = {"group": "enterprise", "employees": people, "revenue": revenue, "industry": line}
    if any(question.id == "capital" for question in walking.asked_of(form, answers)):
        answers["capital"] = capital
    return walking.known(form, answers).get("size")


@pytest.mark.parametrize("section", "ABCDEFGHIJKLMNOPQRSTUV")
def test_the_size_is_the_laws_for_every_line_of_business(section):
    """All bands, known or not, around every threshold; "undetermined" only where what is not known could decide."""
    form, wrong = loaded("an-giang").forms["organisation"], []
    for people, revenue, capital in product(PEOPLE, [*REVENUE, "unknown", None], [*CAPITAL, "unknown", None]):
        sizes = possible(section, people, revenue, None if revenue == "to_3" else capital)
        right = next(iter(sizes)) if len(sizes) == 1 else "undetermined"
        found = size_of(form, people, revenue, capital, industry(section))
        wrong += [(people, revenue, capital, found, right)] if found != right else []
    assert wrong == []


def test_without_people_or_line_no_size_is_claimed_that_could_be_wrong():
    form = loaded("an-giang").forms["organisation"]
    for people, revenue, capital in product(PEOPLE, REVENUE, CAPITAL):
        known = None if revenue == "to_3" else capital
        sizes = possible("C", people, revenue, known) | possible("G", people, revenue, known)
        assert size_of(form, people, revenue, capital, None) in {*sizes, "undetermined"} - (
            sizes if len(sizes) > 1 else set()
        )
        assert size_of(form, None, revenue, capital, industry("C")) == "undetermined"


@pytest.mark.parametrize("group", [group for group in OF_GROUP if group != "enterprise"])
def test_only_enterprises_have_a_size(form, group):
    assert walking.known(form, {"group": group, "employees": 5})["size"] == "not_applicable"


@pytest.mark.parametrize("group", OF_GROUP)
def test_nothing_is_asked_that_makes_no_sense_for_the_group(form, group):
    answers: dict[str, Json] = {"group": group, "revenue": "to_50"}
    assert [question.id for question in walking.asked_of(form, answers)] == OF_GROUP[group]


def test_capital_is_not_asked_where_the_revenue_decides(form):
    answers: dict[str, Json] = {"group": "enterprise", "revenue": "to_3"}
    assert "capital" not in [question.id for question in walking.asked_of(form, answers)]


def test_every_question_is_kept_and_says_why_it_is_asked(form):
    programme = loaded("an-giang")
    assert [question.profile for question in form.questions] == [question.id for question in form.questions]
    for question in form.questions:
        for language in ("vi", "en"):
            assert programme.render(f"forms.organisation.{question.id}.why", language, {}).plain
    assert set(form.short) == {question.id for question in form.questions}


def test_what_can_be_left_out_is_left_to_the_person(form):
    assert [question.id for question in form.questions if not question.optional] == ["group", "unit_name", "commune"]


@pytest.mark.parametrize("place", PLACES)
def test_the_survey_keeps_its_answers_under_the_same_names(place):
    """What the survey asked is known here: same id, same type, every one of its options."""
    survey, form = (loaded(place).forms[name] for name in ("needs_survey", "organisation"))
    kept = [question for question in survey.questions if question.profile]
    assert {question.profile for question in kept} == {
        "employees", "group", "unit_name", "revenue", "tax_code", "commune", "contact_name", "phone",
    }  # fmt: skip
    for question in (one for one in kept if one.profile not in ("contact_name", "phone")):
        same = form.question(question.profile)
        assert (question.id, question.type) == (same.id, same.type)
        assert {option.id for option in question.options} <= {option.id for option in same.options}


@pytest.mark.parametrize("place", PLACES)
def test_agencies_take_part_in_training_only(place):
    programme = loaded(place)
    groups = [entry.id for entry in programme.entries["groups"]]
    options = [option.id for option in programme.forms["organisation"].question("group").options]
    assert groups == [option for option in options if option != "other"]
    for support in programme.entries["supports"]:
        for_whom = support.data["groups"]
        assert isinstance(for_whom, list)
        assert ("agency" in for_whom) is (support.id == "training"), support.id


def test_contacts_are_included_with_the_names_they_are_kept_under(files):
    file = "common/questions/contact.yaml"
    files[file] = (CONTENT / file).read_text(encoding="utf-8")
    files["demo/forms/visit.yaml"] = "format: 1\ntitle: Thăm\nconsent: request\nquestions: [{include: contact}]\n"
    assert report(files.check()) == ""
    names = [question.profile for question in load(files.bundle()).forms["visit"].questions]
    assert names == ["contact_name", "position", "phone", "email"]


VISIT = """\
format: 1
title: Thăm
questions:
  - {id: industry, type: industry, text: Ngành nào?, optional: true}
  - id: more
    type: yes_no
    text: Thêm?
    when: WHEN
"""


def visiting(files, condition):
    file = "common/industries.csv"
    files[file] = (CONTENT / file).read_text(encoding="utf-8")
    files["demo/forms/visit.yaml"] = VISIT.replace("WHEN", f'"{condition}"')
    return files


@pytest.mark.parametrize("condition", ["industry == 'C'", "industry in ['A', 'C']", "industry not in ['G']"])
def test_conditions_look_at_the_section_of_a_line_of_business(files, condition):
    assert report(visiting(files, condition).check()) == ""
    form = load(files.bundle()).forms["visit"]
    for section, more in (("C", 2), ("G", 1)):
        assert len(walking.asked_of(form, {"industry": industry(section)})) == more
    assert form.total == 2


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("industry == '10'", "industry has no option '10'"),
        ("industry in ['A', 'W']", "industry has no option 'W'"),
        ("industry > 3", "industry (str) cannot be compared with 3 (number)"),
        ("industry", "industry is not a yes/no answer"),
    ],
)
def test_conditions_on_a_line_of_business_are_checked(files, condition, message):
    assert [message in each.message for each in visiting(files, condition).check()] == [True], report(files.check())


INDUSTRY = "A,,Nông nghiệp,Farming,,,\n01,A,Trồng trọt,Crops,,,lúa;gạo\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("", "", 0, ""),
        ("code,parent", "code;parent", 2, "the first line should read code,parent,vi"),
        ("01,A,", "01,B,", 4, "the section 'B' does not stand above this line"),
        ("01,A,", "1,A,", 4, "a division's is two digits"),
        ("A,,Nông", "a,,Nông", 3, "one capital letter"),
        ("Crops", "", 4, "its title in both languages"),
        ("Crops", "Crops " * 12, 4, "give a short title"),
    ],
)
def test_a_fault_in_the_table_of_lines_of_business_is_found(files, old, new, line, message):
    head = "# Theo quyết định mẫu\ncode,parent,vi,en,short_vi,short_en,aliases\n"
    files["common/industries.csv"] = (head + INDUSTRY).replace(old, new, 1) if old else head + INDUSTRY
    found = [each for each in files.check() if message in each.message]
    assert [(each.file, each.line) for each in found][:1] == ([("common/industries.csv", line)] if line else [])

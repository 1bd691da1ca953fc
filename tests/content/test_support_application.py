"""The application for support of each programme: short for who asks for one thing, each support with its own questions,
reasons for everything that is asked, and nobody who could not finish it."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from bot.content import load, read_bundle
from bot.flows.engine import walking
from bot.flows.programme import Form, Programme
from bot.flows.values import Json

CONTENT = Path(__file__).parents[2] / "content"
ELSEWHERE = {"training", "award"}  # supports with forms of their own
TOLD_ONCE = {  # known of the organisation when it applies again
    "group", "unit_name", "tax_code", "commune", "address", "industry", "line", "employees", "revenue", "capital", "ocop",
    "key_product", "startup", "women_owned",
    "registration", "contact_name", "position", "phone", "email", "representative", "representative_position",
    "supports",  # those that the survey showed to fit
}  # fmt: skip
SHORT = 16  # questions for one support, the organisation being known
OPENED = {  # support → the questions of its own
    "management_system": ["systems", "system_kind"],
    "tool": ["problems", "tools"],
    "barcode": ["barcode_now", "barcode_items"],
    "traceability": ["tracing_now", "tracing_wish"],
    "model_enterprise": ["solutions", "measured"],
    "conformity_assessment": ["conformity_fields", "conformity_wish"],
}
PROJECT = ["present", "indicator", "months", "cost", "own_share"]
GROUPS = ("enterprise", "cooperative", "cooperative_group", "household", "conformity_body", "other")


@cache
def loaded(place: str) -> Programme:
    return load(read_bundle(CONTENT, place))


@pytest.fixture(scope="module", params=["an-giang", "ha-noi"])
def programme(request: pytest.FixtureRequest) -> Programme:
    return loaded(request.param)


@pytest.fixture(scope="module")
def form(programme: Programme) -> Form:
    return programme.forms["support_application"]


def path(form: Form, *supports: str, **answers: Json) -> list[str]:
    """The questions of an enterprise that begins anew, unless the answers say something else."""
    usual: dict[str, Json] = {
        "group": "enterprise",
        "system_kind": "new",
        "barcode_now": "none",
        "public_money": False,
        "revenue": "to_100",
    }
    return [question.id for question in walking.asked_of(form, {**usual, "supports": [*supports], **answers})]


def supports_of(form: Form) -> list[str]:
    return [option.id for option in form.question("supports").options]


def test_one_can_apply_for_every_support_that_has_no_form_of_its_own(form, programme):
    offered = [entry.id for entry in programme.entries["supports"] if entry.id not in ELSEWHERE]
    assert supports_of(form) == offered
    assert set(offered) <= OPENED.keys()


def test_one_support_takes_few_questions_once_the_organisation_is_known(form):
    for support in supports_of(form):
        for group in GROUPS:
            asked = [one for one in path(form, support, group=group) if one not in TOLD_ONCE]
            assert len(asked) <= SHORT, (support, group, asked)


def test_codes_alone_take_no_project(form):
    assert not set(PROJECT) & set(path(form, "barcode"))
    for other in supports_of(form):
        if other != "barcode":
            assert set(PROJECT) <= set(path(form, "barcode", other)), other


def test_a_support_opens_its_own_questions_and_no_others(form):
    own = {question for support in supports_of(form) for question in OPENED[support]}
    for count in (1, 2):
        for chosen in combinations(supports_of(form), count):
            wanted = {question for support in chosen for question in OPENED[support]}
            assert own & set(path(form, *chosen)) == wanted, chosen


def test_a_valid_code_needs_no_count_of_products(form):
    assert "barcode_items" not in path(form, "barcode", barcode_now="valid")


def test_what_was_received_is_asked_of_who_received_something(form):
    assert "public_money_what" in path(form, "tool", public_money=True)
    assert "public_money_what" not in path(form, "tool", public_money=False)


def test_a_cooperative_group_is_asked_for_no_registration(form):
    asked = path(form, "barcode", group="cooperative_group")
    assert not {"tax_code", "registration", "paper_registration"} & set(asked)
    assert "paper_registration" in path(form, "barcode", group="household")
    assert {"registration", "paper_registration"} <= set(path(form, "tool", group="household"))


def test_a_certificate_is_wanted_of_who_has_one(form):
    assert "paper_certificate" not in path(form, "management_system", system_kind="new")
    for kind in ("transition", "recertify"):
        assert "paper_certificate" in path(form, "management_system", system_kind=kind)


def test_everybody_comes_to_the_declaration_and_every_question_to_somebody(form):
    reached = set()
    for count in range(1, len(supports_of(form)) + 1):
        for chosen in combinations(supports_of(form), count):
            for group in GROUPS:
                for kind in ("new", "recertify"):
                    asked = path(form, *chosen, group=group, system_kind=kind, public_money=True)
                    assert asked[-1] == "declaration"
                    reached |= set(asked)
    assert reached == {question.id for question in form.questions if question.type != "statement"}


def test_every_question_says_why_in_both_languages(form, programme):
    for question in form.questions:
        if question.type != "statement":
            why = [programme.render(f"forms.{form.id}.{question.id}.why", each, {}).plain for each in ("vi", "en")]
            assert all(why), question.id
            assert why[0] != why[1], question.id


def test_papers_may_all_come_later_and_no_identity_card_is_wanted(form, programme):
    papers = [question for question in form.questions if question.type == "file"]
    assert [paper.id for paper in papers] == ["paper_registration", "paper_product", "paper_certificate"]
    assert all(paper.optional for paper in papers)
    note = programme.render(f"forms.{form.id}.papers_note", "vi", {"answers": {}}).plain
    assert "Không gửi ảnh căn cước" in note
    assert "bộ phận một cửa" in note


def test_the_declaration_must_be_made(form):
    check = form.question("declaration").check
    assert check is not None
    assert check.holds({"value": True}) is True
    assert check.holds({"value": False}) is False


def test_it_speaks_for_an_organisation_and_opens_cases(form):
    assert (form.organisation, form.sends, form.consent) == ("required", "open_cases", "request")


def test_what_is_told_once_is_known_by_its_own_name(form):
    told = {question.id: question.profile for question in form.questions if question.profile}
    assert set(told) <= TOLD_ONCE
    assert {"group", "unit_name", "tax_code", "commune", "contact_name", "phone", "representative"} <= set(told)
    assert all(name == profile for name, profile in told.items())


def test_a_model_applies_several_solutions_and_is_hanoi_s_own():
    assert loaded("ha-noi").forms["support_application"].question("solutions").minimum == 2
    assert "solutions" not in loaded("an-giang").forms["support_application"].by_id


def test_provinces_can_be_compared():
    """What both ask means the same; Hà Nội's form only knows more."""
    one, other = (loaded(place).forms["support_application"] for place in ("an-giang", "ha-noi"))
    assert {question.id for question in one.questions} <= {question.id for question in other.questions}
    for question in one.questions:
        there = other.question(question.id)
        assert (question.type, question.optional, question.profile) == (there.type, there.optional, there.profile)
        assert {option.id for option in question.options} <= {option.id for option in there.options}


def test_what_survey_and_application_both_ask_has_the_same_options(programme, form):
    survey = programme.forms["needs_survey"]
    for name in (
        "systems",
        "problems",
        "barcode_now",
        "barcode_items",
        "tracing_now",
        "tracing_wish",
        "start",
        "group",
    ):
        told = [option.id for option in survey.question(name).options]
        asked = [option.id for option in form.question(name).options]
        assert [one for one in asked if one in told] == told, name


def test_no_text_promises_a_sum_or_a_result(programme, form):
    texts = [text for text in programme.texts if text.startswith(f"forms.{form.id}.")]
    said = " ".join(programme.render(text, "vi", {"answers": {}}).plain for text in texts)
    assert "sơ bộ" in said
    assert "chưa có nghĩa là được hỗ trợ" in said
    for promise in ("sẽ được hỗ trợ", "cam đoan hỗ trợ", "chắc chắn", "80%", "100%"):
        assert promise not in said

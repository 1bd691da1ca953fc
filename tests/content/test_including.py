"""Questions that several forms include: they come from the file they stand in, with its lines, and are the form's own."""

import pytest

from bot.content import load, read_bundle, report
from bot.content.material import gather

FORM, PART = "demo/forms/visit.yaml", "common/questions/unit.yaml"
UNIT = """\
format: 1
questions:
  - id: kind
    type: choice
    text: Đơn vị là gì?
    options:
      - {id: shop, label: Cửa hàng}
      - {id: farm, label: Trang trại}
  - id: area
    type: number
    text: Bao nhiêu mẫu?
    when: "kind == 'farm'"
    why: Để biết quy mô.
computed:
  - id: large
    cases:
      - {when: area > 10, value: big}
    otherwise: not_big
"""
VISIT = """\
format: 1
title: Đăng ký tham quan
sections: [{id: who, title: Đơn vị}]
questions:
  - id: day
    type: date
    text: Ngày nào?
  - include: unit
    section: who
  - id: bus
    type: yes_no
    text: Có xe không?
    when: "kind == 'farm'"
computed:
  - include: unit
"""


@pytest.fixture
def visit(files):
    files[FORM], files[PART] = VISIT, UNIT
    return files


def problems(files):
    return [(each.file, each.line, each.message) for each in files.check()]


def test_included_questions_stand_in_the_form_in_their_place(visit):
    assert report(visit.check()) == ""
    form = load(visit.bundle()).forms["visit"]
    assert [question.id for question in form.questions] == ["day", "kind", "area", "bus"]
    assert [question.section for question in form.questions] == ["", "who", "who", ""]
    assert [computed.id for computed in form.computed] == ["large"]
    assert form.total == 4


def test_an_included_question_says_its_texts_as_the_forms_own(visit):
    piece = gather(visit.bundle()).texts["forms.visit.area.why"]["vi"]
    assert (piece.source, piece.file, piece.line) == ("Để biết quy mô.", PART, visit.line(PART, "why:"))
    assert load(visit.bundle()).render("forms.visit.kind", "vi", {}).plain == "Đơn vị là gì?"


def test_some_of_them_can_be_included_alone(visit):
    visit.swap(FORM, "  - include: unit\n    section: who", "  - {include: unit, only: [kind]}")
    visit.swap(FORM, "computed:\n  - include: unit\n", "")
    assert report(visit.check()) == ""
    assert [question.id for question in load(visit.bundle()).forms["visit"].questions] == ["day", "kind", "bus"]


def test_a_form_may_ask_them_in_some_cases_only(visit):
    visit.swap(FORM, "  - id: day", "  - {id: first, type: yes_no, text: Lần đầu?}\n  - id: day")
    visit.swap(FORM, "  - include: unit\n    section: who", "  - {include: unit, when: first}")
    assert report(visit.check()) == ""
    kind, area = (load(visit.bundle()).forms["visit"].question(name).when for name in ("kind", "area"))
    assert kind
    assert area
    assert [kind.holds({"first": first}) for first in (True, False)] == [True, False]
    assert [area.holds({"first": first, "kind": "farm"}) for first in (True, False)] == [True, False]
    assert area.holds({"first": True, "kind": "shop"}) is False


def test_a_programmes_own_file_takes_the_place_of_the_common_one(visit):
    visit["demo/questions/unit.yaml"] = UNIT.replace("Trang trại", "Vườn")
    option = load(visit.bundle()).forms["visit"].question("kind").option("farm")
    assert option is not None
    assert option.label == {"vi": "Vườn"}


def test_a_programmes_own_form_takes_the_place_of_the_common_one(files):
    """None of the common form's questions or texts is left over."""
    files["common/forms/visit.yaml"] = VISIT.replace("  - include: unit\n    section: who\n", "").split("  - id: bus")[
        0
    ]
    files[FORM] = "format: 1\ntitle: Của tỉnh\nquestions:\n  - {id: why, type: text, text: Vì sao?}\n"
    assert report(files.check()) == ""
    programme = load(files.bundle())
    assert [question.id for question in programme.forms["visit"].questions] == ["why"]
    assert not programme.has("forms.visit.day")


def test_a_common_form_is_every_programmes(files):
    files["common/forms/visit.yaml"] = VISIT.split("  - include", maxsplit=1)[0]
    assert load(files.bundle()).routes["form.visit"] == {"vi": "Đăng ký tham quan"}


# what is replaced in which file, by what → file, words on the line of the problem, words of its message
BROKEN = {
    "an unknown file": (FORM, "- include: unit", "- include: unti", FORM, "include: unti", "did you mean 'unit'?"),
    "an unknown file, none alike": (FORM, "- include: unit", "- include: x", FORM, "include: x", "known: unit"),
    "an unknown key": (FORM, "section: who", "setcion: who", FORM, "setcion", "did you mean 'section'?"),
    "an unknown section": (FORM, "section: who", "section: how", FORM, "include", "'how' is not among the sections"),
    "an unknown one of them": (
        FORM, "unit\n    section: who", "unit\n    only: [kind, knid]", FORM, "only:", "'knid' is not among the questions",
    ),
    "a fault in its condition there": (
        FORM, "unit\n    section: who", "unit\n    when: dya > 1", FORM, "when: dya", "no earlier answer is called dya",
    ),
    "an include inside": (PART, "  - id: area", "  - include: other\n  - id: area", PART, "include: other", "include nothing"),
    "a question twice": (FORM, "id: day", "id: area", PART, "id: area", "'area' stands in this form twice"),
    "a fault in an included question": (PART, "type: number", "type: numbr", PART, "type: numbr", "not a type of"),
    "a fault in an included condition": (PART, "kind == 'farm'", "kind == 'fram'", PART, "fram", "has no option 'fram'"),
    "a missing answer": (
        FORM, "unit\n    section: who", "unit\n    only: [area]", PART, "when: \"kind", "no earlier answer is called kind",
    ),
    "a format of the future": (PART, "format: 1", "format: 2", PART, "format: 2", "format 2 is not known"),
    "YAML that cannot be read": (PART, "questions:", "questions: [", PART, "questions", "cannot be read as YAML"),
    "an empty list": (PART, UNIT[UNIT.index("computed:") :], "", FORM, "computed:", "has no computed"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_fault_is_found_in_the_file_and_line_it_stands_in(visit, kind):
    file, old, new, where, on, message = BROKEN[kind]
    visit.swap(file, old, new)
    found = [(each[0], each[1]) for each in problems(visit) if message in each[2] and each[0] == where]
    lines = [number for number, line in enumerate(visit[where].split("\n"), 1) if on in line]
    near = {*lines, *(line + 1 for line in lines)}  # a list's item may begin in the next line
    assert [each for each in found if each[1] in near] == found != [], report(visit.check())
    assert len(found) == 1


@pytest.mark.parametrize("kind", ["an unknown file", "an include inside", "YAML that cannot be read"])
def test_what_cannot_be_included_buries_nothing(visit, kind):
    """No follow-up problems about questions that are missing now, nor about routes to the form."""
    file, old, new, where, _, _ = BROKEN[kind]
    visit.swap("demo/programme.yaml", "menu: [", "menu: [form.visit, ").swap(file, old, new)
    assert {each[0] for each in problems(visit)} == {where}, report(visit.check())


def test_a_file_that_nobody_includes_is_looked_through_too(files):
    files[PART] = UNIT.replace("type: number", "type: numbr")
    assert [(each[0], each[1]) for each in problems(files)] == [(PART, files.line(PART, "numbr"))]


def test_included_questions_are_part_of_the_release(visit):
    before = visit.bundle().release
    visit.swap(PART, "Bao nhiêu mẫu?", "Mấy mẫu?")
    assert visit.bundle().release != before


def test_files_of_questions_are_read_from_disk(visit, tmp_path):
    for file, text in visit.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert read_bundle(tmp_path, "demo").files[PART] == UNIT


def test_personal_questions_that_are_included_need_a_consent_too(visit):
    visit.swap(PART, "why: Để biết quy mô.", "personal: true")
    assert [each[2] for each in problems(visit)] == [
        "'area' asks for personal data, but the form has no 'consent:' with a purpose"
    ]


def test_a_value_that_the_summary_explains_needs_the_text_that_does(visit):
    visit.swap(PART, "  - id: large", "  - id: large\n    says: flow.large")
    found = [(each[0], each[1], each[2]) for each in problems(visit)]
    line = visit.line(PART, "says:")
    assert found == [
        (PART, line, f"the text flow.large.{value}, which explains this value, is missing")
        for value in ("big", "not_big")
    ]

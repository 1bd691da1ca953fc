"""The form about an organisation, by the engine alone: whatever the group, what is typed is what is sent, with the size."""

from dataclasses import replace
from typing import Any

import pytest

from tests.flows.engine_house import Person, an_giang

TYPED = {  # question → what is typed, and what is kept
    "unit_name": ("Cơ sở Ví Dụ", "Cơ sở Ví Dụ"),
    "tax_code": ("0123456787", "0123456787"),
    "address": ("Số 12 ấp Ví Dụ", "Số 12 ấp Ví Dụ"),
    "industry": ("xay xat lua gao", {"code": "10", "name": "Sản xuất, chế biến thực phẩm", "section": "C"}),
    "line": ("Xay xát và sản xuất bột thô", "Xay xát và sản xuất bột thô"),
    "employees": ("12", 12),
    "revenue": ("20 tỷ", "to_50"),
    "capital": ("25 tỷ", "to_50"),
    "ocop": ("4 sao", "star_4"),
    "key_product": ("chưa rõ", "unsure"),
    "startup": ("không", False),
    "women_owned": ("có", True),
}
GROUPS = {
    "enterprise": ("cty", "small"),
    "cooperative": ("htx", "not_applicable"),
    "cooperative_group": ("tổ hợp tác", "not_applicable"),
    "household": ("hkd", "not_applicable"),
    "conformity_body": ("phòng thử nghiệm", "not_applicable"),
    "agency": ("ubnd xã", "not_applicable"),
}


def fill_in(person: Person) -> dict[str, object]:
    """Answers whatever is asked, in words; what must have been kept."""
    expected: dict[str, object] = {}
    while (draft := person.session.draft) and draft.asked:
        if draft.asked == "commune":
            person.say("long xuyen")
        else:
            line, value = TYPED[draft.asked]
            expected[draft.asked] = value
            person.say(line)
        assert draft != person.session.draft, f"stuck at {draft.asked}"
    return expected


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_typed_is_what_is_sent(group):
    word, size = GROUPS[group]
    person = Person()
    person.say("thông tin đơn vị")
    person.say("đồng ý")
    person.say(word)
    expected = fill_in(person)
    if size == "not_applicable":
        assert "Nghị định 80/2021" not in person.text(), "sizes are explained to those who have one"
    else:
        assert an_giang().render(f"organisation.size.{size}", "vi", {}).plain in person.text()
    person.say("gửi")
    sent: dict[str, Any] = dict(next(effect.data for effect in person.done if effect.name == "keep_organisation"))
    answers = dict(sent["answers"])
    assert (answers.pop("group"), answers.pop("commune")["name"]) == (group, "Phường Long Xuyên")
    assert answers == expected
    assert sent["computed"] == {"size": size}


def test_a_form_of_an_older_release_may_explain_what_has_no_words_any_more():
    person = Person()
    for said in ("thông tin đơn vị", "đồng ý", "hkd"):
        person.say(said)
    form = an_giang().forms[person.draft.form]
    older = replace(form, computed=tuple(replace(one, silent=()) for one in form.computed))
    person.programme = replace(an_giang(), forms={**an_giang().forms, form.id: older})
    fill_in(person)
    assert "mời anh/chị xem lại" in person.text()


@pytest.mark.parametrize("line", ["nha nghi", "nhà nghỉ", "C10", "10", "55"])
def test_a_line_of_business_is_no_command_and_no_notices_choice(line):
    person = Person()
    for said in ("thông tin đơn vị", "đồng ý", "hkd", "Cơ sở Ví Dụ", "bỏ qua", "long xuyen", "bỏ qua"):
        person.say(said)
    assert person.draft.asked == "industry"
    person.say(line)
    industry: Any = person.draft.answers["industry"]
    assert industry["code"] in ("10", "55")
    assert person.route == "answer"


def test_several_that_fit_are_chosen_from_by_number():
    person = Person()
    for said in ("thông tin đơn vị", "đồng ý", "hkd", "Cơ sở Ví Dụ", "bỏ qua", "long xuyen", "bỏ qua", "lúa gạo", "2"):
        person.say(said)
    industry: Any = person.draft.answers["industry"]
    assert industry["code"] == "46"


def test_who_turns_all_candidates_down_is_asked_again():
    person = Person()
    for said in ("thông tin đơn vị", "đồng ý", "hkd", "Cơ sở Ví Dụ", "bỏ qua", "long xuyen", "bỏ qua", "lúa gạo"):
        person.say(said)
    person.press("Không có trong danh sách")
    assert person.draft.asked == "industry"
    assert "industry" not in person.draft.answers

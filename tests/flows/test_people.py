"""A question that takes several persons, one after the other: by typing alone, with nothing lost on the way."""

from dataclasses import replace

import pytest

from bot.flows.session import Session, from_json
from bot.flows.values import Event
from tests.flows.engine_house import AT, Person, with_form

FORM = """
format: 1
title: {vi: Danh sách thử, en: A list}
consent: request
intro: {vi: Xin mời., en: Welcome.}
thanks: {vi: Cảm ơn., en: Thanks.}
questions:
  - {id: unit, type: text, text: {vi: Tên đơn vị là gì?, en: Which unit?}, short: {vi: Đơn vị, en: Unit}}
  - {id: guests, type: people, text: {vi: Ai sẽ đến?, en: Who comes?}, short: {vi: Người đến, en: Guests}, maximum: 3, personal: true}
"""
ONE = {"name": "Nguyễn Thị Ví Dụ", "position": "tổ trưởng", "phone": "+84912345678"}
TWO = {"name": "Trần Văn Mẫu", "position": "", "phone": "+84912345679"}


@pytest.fixture
def person() -> Person:
    programme = with_form("list_test", FORM)
    someone = Person(programme, Session(turns=1, consents={"request": True}))
    someone.tap("go.form.list_test")
    someone.say("HTX Ví Dụ")
    return someone


def kept(person):
    return person.kept[1]


def test_one_line_or_one_thing_at_a_time(person):
    person.say("Nguyễn Thị Ví Dụ, tổ trưởng, 0912345678")
    assert kept(person)["guests.open"] == [ONE]
    assert "chức vụ" in person.say("Trần Văn Mẫu")
    assert kept(person)["guests.open"] == [ONE, {"name": "Trần Văn Mẫu"}]
    assert "Số điện thoại của Trần Văn Mẫu" in person.say("thủ kho")
    person.say("0912345679")
    assert [row["phone"] for row in kept(person)["guests.open"]] == ["+84912345678", "+84912345679"]
    person.say("xong")
    assert set(kept(person)) == {"unit", "guests"}
    assert [row["name"] for row in kept(person)["guests"]] == ["Nguyễn Thị Ví Dụ", "Trần Văn Mẫu"]


def test_nothing_is_lost_by_a_pause_in_the_middle_of_a_person(person):
    person.say("Trần Văn Mẫu")
    person.say("bỏ qua")
    person.say("tạm dừng")
    assert "Số điện thoại của Trần Văn Mẫu" in person.say("làm tiếp")
    person.say("0912345679")
    assert kept(person)["guests.open"] == [TWO]


def test_a_contact_can_be_handed_over_where_a_number_is_asked_for(person):
    person.say("Trần Văn Mẫu")
    person.say("bỏ qua")
    person.hear(Event("shared", AT, {"phone": "84912345679"}))
    assert kept(person)["guests.open"] == [TWO]


def test_back_leaves_the_person_and_then_the_question(person):
    person.say("Trần Văn Mẫu")
    assert "Ai sẽ đến" in person.say("quay lại")
    assert kept(person)["guests.open"] == []
    assert "Tên đơn vị" in person.say("quay lại")


def test_nobody_twice_and_not_more_than_there_is_room_for(person):
    person.say("Nguyễn Thị Ví Dụ, tổ trưởng, 0912345678")
    assert "đã có trong danh sách" in person.say("nguyen thi vi du, 0912 345 678")
    person.say("Trần Văn Mẫu, 0912345679\nLê Văn Mẫu, 0912345670")
    assert len(kept(person)["guests.open"]) == 3
    assert "tối đa 3" in person.say("Phạm Văn Mẫu, 0912345671")
    assert len(kept(person)["guests.open"]) == 3
    assert "[Thêm người]" not in person.say("chưa hiểu")


def test_the_list_is_changed_and_the_old_one_can_stand(person):
    person.say("Nguyễn Thị Ví Dụ, tổ trưởng, 0912345678")
    person.say("xong")
    person.say("sửa người đến")
    person.say("bỏ người cuối")
    assert kept(person)["guests.open"] == []
    person.say("giữ nguyên")
    assert (kept(person)["guests"], "guests.open" in kept(person)) == ([ONE], False)
    person.say("sửa người đến")
    person.say("Trần Văn Mẫu")
    assert kept(person)["guests"] == [ONE], "the answer stands until the new one is whole"
    person.say("bỏ qua")
    person.say("0912345679")
    person.say("hết rồi")
    person.say("gửi")
    assert person.sent[-1]["answers"]["guests"] == [ONE, TWO]


def test_sending_amid_a_person_sends_nobody_half(person):
    person.say("Nguyễn Thị Ví Dụ, tổ trưởng, 0912345678")
    person.say("xong")
    person.say("sửa người đến")
    person.say("Trần Văn Mẫu")
    person.say("gửi")
    person.say("gửi")
    assert [sent["answers"]["guests"] for sent in person.sent] in ([], [[ONE]])


def test_who_is_talking_is_offered_once(person):
    draft = person.session.draft
    assert draft
    answers = {**draft.answers, "guests.me": ONE}
    person.session = replace(person.session, draft=replace(draft, answers=answers))
    person.say("Tuan")
    assert person.messages[-1].choices[0].label == "Chính tôi"
    person.say("chính tôi")
    assert kept(person)["guests.open"] == [ONE]
    person.say("chính tôi")
    assert kept(person)["guests.open"] == [ONE]
    person.say("xong")
    assert set(kept(person)) == {"unit", "guests"}


def test_old_buttons_answer_nothing(person):
    person.tap("1.guests.!done")
    person.tap("1.guests.!remove")
    person.tap("1.guests.!mine")
    person.tap("1.guests.Trần Văn Mẫu")
    assert "guests" not in kept(person)
    assert from_json(person.session.to_json()) == person.session


@pytest.mark.parametrize("position", ["phụ trách chất lượng", "cán bộ tư vấn", "quản lý mã vạch"])
def test_who_is_named_with_a_telephone_number_is_no_question(person, position):
    """Even where what they do is also what people ask about."""
    person.say(f"Nguyễn Thị Ví Dụ, {position}, 0912345678")
    assert [row["position"] for row in kept(person)["guests.open"]] == [position]

""" "Không có", "không nhớ" where words are asked for are no words to keep: what may be left open is, the rest asked again."""

import pytest

from bot.flows.session import Session
from tests.flows.engine_house import Person, with_form
from tests.flows.test_own_name import FORM as NAMES
from tests.flows.test_people import FORM

NONE = ("ko co", "không có", "khong", "Chưa có ạ", "k co gi", "không có đâu", "none", "we don't have one")
WORDS = ("ấp Ví Dụ, không có số nhà", "Không Tên", "Tổ 3", "chưa có tên đường, ấp Ví Dụ")
TO_ADDRESS = ("thông tin đơn vị", "đồng ý", "hộ kinh doanh", "Hộ Ví Dụ", "bỏ qua", "phường Long Xuyên")


def saying(*lines):
    person = Person()
    for line in lines:
        person.say(line)
    return person


@pytest.mark.parametrize("line", NONE)
def test_what_may_be_left_open_is_skipped_and_said_so(line):
    person = saying(*TO_ADDRESS)
    assert "Số nhà, đường, ấp: (bỏ qua)" in person.say(line)
    assert person.route == "skip"
    assert person.draft.answers["address"] is None


@pytest.mark.parametrize("line", WORDS)
def test_words_that_begin_so_are_kept(line):
    person = saying(*TO_ADDRESS)
    person.say(line)
    assert person.draft.answers["address"] == line


@pytest.mark.parametrize("line", ["không có", "không có gì", "ko nho", "chua biet"])
def test_after_skipping_was_offered_it_is_why(line):
    person = saying(*TO_ADDRESS, "ko ro")
    assert "address" not in person.draft.answers
    person.say(line)
    assert person.draft.answers["address"] is None


@pytest.mark.parametrize("line", ["ko co", "không", "ko nho", "chưa biết"])
def test_what_must_be_said_is_asked_again(line):
    person = saying("thông tin đơn vị", "đồng ý", "hộ kinh doanh")
    assert "cần có câu trả lời" in person.say(line)
    assert person.route == "again"
    assert "unit_name" not in person.draft.answers
    person.say("Hộ Ví Dụ")
    assert person.draft.answers["unit_name"] == "Hộ Ví Dụ"


@pytest.mark.parametrize("line", ["ko", "không có", "ko ro"])
def test_what_an_attendee_does_may_be_left_out(line):
    person = Person(with_form("list_test", FORM), Session(turns=1, consents={"request": True}))
    person.tap("go.form.list_test")
    for said in ("HTX Ví Dụ", "Trần Văn Mẫu"):
        person.say(said)
    assert "Số điện thoại của Trần Văn Mẫu" in person.say(line)
    assert person.kept[1]["guests.open"] == [{"name": "Trần Văn Mẫu", "position": ""}]


@pytest.mark.parametrize("line", ["không có", "ko", "none"])
def test_nobody_is_called_none(line):
    person = Person(with_form("name_test", NAMES), Session(turns=1, consents={"request": True}))
    person.tap("go.form.name_test")
    assert "họ và tên đầy đủ" in person.say(line)
    assert "who" not in person.draft.answers

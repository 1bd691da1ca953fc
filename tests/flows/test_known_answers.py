"""What is known is filled in where it can be an answer today, never over what somebody typed, and goes with the
organisation it is about. The engine alone: `known` is what the store answers."""

from functools import cache

import pytest

from bot.content import load
from bot.flows import profile
from bot.flows.programme import Programme
from bot.flows.session import Session
from bot.flows.values import Event, Json
from tests.flows.engine_house import AT, Person, an_giang
from tests.replay import release

PLACE: Json = {"code": "30307", "name": "Phường Long Xuyên"}
RICE: dict[str, Json] = {"group": "cooperative", "unit_name": "HTX Ví Dụ", "tax_code": "0123456787", "commune": PLACE}
CONTACT: dict[str, Json] = {"contact_name": "Lan Ví Dụ", "phone": "+84912345678"}


@cache
def programme() -> Programme:
    return load(release("known"))


def somebody(form="support_wish", answers=None, one=1, others=(), **session) -> Person:
    """Begins that form; of `one` (0: nobody's) the answers are known."""
    rows: list[Json] = [*([[one, "HTX Ví Dụ"]] if one else []), *([other, f"Đơn vị {other}"] for other in others)]
    known: dict[str, Json] = {"organisations": rows, "organisation": 0 if others else one, "answers": answers or {}}
    known["name"] = "HTX Ví Dụ" if one and not others else ""
    begun = Session(consents={"request": True}, told=True, **session)
    person = Person(programme(), begun, known=known)
    person.say({"support_wish": "nguyện vọng hỗ trợ", "needs_survey": "khảo sát"}[form])
    return person


def draft(person):
    assert person.session.draft
    return person.session.draft


def test_nobody_new_waits_for_the_store():
    person = Person(an_giang(), Session(consents={"request": True}))
    person.say("khảo sát")
    assert [effect.name for effect in person.done] == []
    assert draft(person).asked == "sector"


def test_what_is_known_is_not_asked():
    person = somebody(answers=RICE | CONTACT)
    assert "HTX Ví Dụ" in person.text()
    assert (draft(person).asked, draft(person).organisation) == ("employees", 1)
    assert set(draft(person).filled) == {*RICE, *CONTACT}
    assert person.session.organisations == (1,)
    assert person.kept == {}  # a form only looked at is not begun


def test_it_goes_on_after_a_pause_with_what_was_filled_in():
    person = somebody(answers=RICE | CONTACT)
    person.say("tạm dừng")
    person.say("làm tiếp")
    assert (draft(person).asked, draft(person).organisation) == ("employees", 1)
    assert set(draft(person).filled) == {*RICE, *CONTACT}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", "company"),  # no longer an option
        ("group", ["cooperative"]),
        ("employees", "12"),
        ("employees", 0),  # below today's minimum
        ("employees", True),
        ("commune", {"code": "99999", "name": "Xã Khác"}),
        ("commune", "30307"),
        ("unit_name", "X"),  # too short
        ("unit_name", 12),
        ("tax_code", None),
    ],
)
def test_what_cannot_be_an_answer_today_is_asked(name, value):
    person = somebody(answers=RICE | CONTACT | {"employees": 12} | {name: value})
    assert draft(person).asked == name
    assert name not in draft(person).answers


def test_of_several_choices_those_that_are_there_stay():
    form = an_giang().forms["needs_survey"]
    question = form.question("needs")
    assert profile._fitting(question, an_giang(), ["barcode", "gone"]) == ["barcode"]
    assert profile._fitting(question, an_giang(), ["gone"]) is None


def test_words_for_other_go_with_their_answer():
    person = somebody("needs_survey", {"group": "other", "group.other": "Trang trại"})
    assert draft(person).answers == {"group": "other", "group.other": "Trang trại"}
    person = somebody("needs_survey", {"group": "cooperative", "group.other": "Trang trại"})
    assert draft(person).answers == {"group": "cooperative"}
    person = somebody("needs_survey", {"group": "other"})  # without its words it is no answer
    assert draft(person).answers == {}


def test_what_no_longer_belongs_goes_without_a_word():
    person = somebody("needs_survey", RICE | CONTACT)
    for line in ("lúa gạo", "12", "chưa có nhu cầu"):
        person.say(line)
    assert "không còn phù hợp" not in person.text()
    assert not {"tax_code", "phone"} & {*draft(person).answers, *draft(person).filled}


def test_of_several_organisations_one_is_chosen_and_remembered():
    person = somebody(others=(2,))
    assert [choice.label for choice in person.choices()] == ["HTX Ví Dụ", "Đơn vị 2", "Đơn vị khác"]
    person.known |= {"organisation": 2, "name": "Đơn vị 2", "answers": RICE}
    person.say("2")
    assert (person.session.organisation, draft(person).organisation, draft(person).asked) == (2, 2, "employees")
    assert person.done[-1].data["organisation"] == 2


def test_another_organisation_begins_anew():
    person = somebody(others=(2,))
    person.known |= {"organisation": 0, "other": True, "answers": CONTACT}
    person.say("đơn vị khác")
    assert person.done[-1].data["other"] is True
    assert (draft(person).organisation, draft(person).asked) == (0, "group")
    assert set(draft(person).filled) == set(CONTACT)


def test_an_organisation_more_is_asked_about():
    person = somebody(answers=RICE)
    assert person.session.organisation == 1
    person.hear(Event("membership_decided", AT, {"organisation": 2, "agreed": True, "name": "Đơn vị 2"}))
    assert (person.session.organisations, person.session.organisation) == ((1, 2), 0)


def test_own_words_stay_when_the_organisation_changes():
    person = somebody(answers=RICE | CONTACT)
    person.say("40")
    person.known |= {"organisations": [[1, "HTX Ví Dụ"], [2, "Đơn vị 2"]]}
    person.say("đổi đơn vị")
    other = RICE | CONTACT | {"unit_name": "Đơn vị 2", "employees": 7, "tax_code": "0101248141"}
    person.known |= {"organisation": 2, "name": "Đơn vị 2", "changed": True, "answers": other}
    said = person.say("Đơn vị 2")
    answers = draft(person).answers
    assert (answers["unit_name"], answers["tax_code"], answers["employees"]) == ("Đơn vị 2", "0101248141", 40)
    assert "Số lao động" in said
    assert draft(person).organisation == 2
    assert "employees" not in draft(person).filled


def test_an_answer_typed_over_is_ones_own():
    person = somebody(answers=RICE | CONTACT | {"employees": 12})
    person.say("máy đóng gói")
    person.say("sửa 5")
    person.say("12")
    assert "employees" not in draft(person).filled


def test_somebody_elses_organisation_takes_back_only_what_was_its_own():
    person = somebody(answers=RICE | CONTACT, one=0)
    person.named = {"standing": "others"}
    person.say("12")
    person.say("máy đóng gói")
    person.say("sửa 3")
    said = person.say("0101248141")
    assert "đã có người đại diện" in said
    assert draft(person).answers["unit_name"] == "HTX Ví Dụ"  # their own words of last time


def test_named_as_their_own_it_is_filled_in():
    person = somebody(one=0)
    person.named = {"standing": "own", "organisation": 5, "name": "HTX Ví Dụ", "answers": RICE | {"employees": 12}}
    for line in ("hợp tác xã", "Ví Dụ", "0123456787"):
        person.say(line)
    assert (draft(person).organisation, draft(person).asked) == (5, "contact_name")
    assert draft(person).answers["unit_name"] == "Ví Dụ"  # as typed
    assert draft(person).filled == ("commune", "employees")


def test_a_decision_is_said_in_its_own_words():
    person = Person(an_giang(), Session())
    one: Json = {
        "organisation": 1,
        "person": 2,
        "who": "Minh",
        "phone": "",
        "unit": "HTX",
        "code": "",
        "group": "",
        "commune": "",
    }
    person.hear(Event("waiting_found", AT, {"by": "member", "passed": [], "count": 1, "one": one}))
    for line in ("lúc khác", "thôi", "chưa", "để sau", "đồng ý?", "có ai không"):
        other = person.copy()
        other.say(line)
        assert "decide_member" not in [effect.name for effect in other.done], line
    person.say("đồng ý")
    assert (person.done[-1].name, person.done[-1].data["agree"]) == ("decide_member", True)


def test_what_waited_waits_again_after_a_decision():
    person = Person(an_giang(), Session())
    person.say("khảo sát")  # consent is asked
    waited = person.session.waiting
    person.hear(Event("notified", AT, {"text": "organisation.decided_before", "routes": ["member:1"], "values": {}}))
    one: Json = {
        "organisation": 1,
        "person": 2,
        "who": "Minh",
        "phone": "",
        "unit": "HTX",
        "code": "",
        "group": "",
        "commune": "",
    }
    person.hear(Event("waiting_found", AT, {"by": "member", "passed": [], "count": 1, "one": one}))
    person.say("để sau")
    assert person.session.waiting == waited

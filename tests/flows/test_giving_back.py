"""Giving a seat back, as people say it: what says that one does not come never keeps the seats."""

from __future__ import annotations

import pytest

from bot.flows.session import Session
from bot.flows.values import Event, Json
from tests.flows.engine_house import AT, Person

NAMES = ("Nguyễn Thị Ví Dụ", "Trần Văn Mẫu")


def row(number: int, name: str) -> Json:
    known: dict[str, Json] = {
        "state": "registered",
        "number": 1,
        "code": f"MA0000{number}",
        "url": "",
        "place": "",
        "waits": 0,
    }
    return {"attendee": number, "name": name, "title": "5S", "starts": "2026-12-08T08:00:00+07:00", **known}


def listed(*names: str) -> Person:
    """Somebody who sees their seats."""
    someone = Person(session=Session(turns=1))
    someone.hear(Event("attendees_found", AT, {"rows": [row(number, name) for number, name in enumerate(names, 1)]}))
    return someone


def waits(someone: Person) -> tuple[str, Json]:
    waiting = someone.session.waiting
    assert waiting is not None
    return waiting.kind, waiting.data.get("attendee")


@pytest.mark.parametrize(
    "line", ["huy cho", "huy cho giup em", "hủy chỗ", "Hủy chỗ giúp tôi", "tra cho", "cancel my seat"]
)
def test_a_seat_is_given_back_from_anywhere(line: str) -> None:
    someone = Person(session=Session(turns=1))
    someone.say(line)
    assert someone.route == "my_classes"
    assert [one.name for one in someone.done] == ["list_attendees"]


@pytest.mark.parametrize("line", ["huy cho toi", "hủy cho tôi"])
def test_amid_a_form_it_may_be_the_form(line: str) -> None:
    someone = Person(session=Session(turns=1, consents={"request": True}))
    someone.tap("go.form.needs_survey")
    assert "hủy phiếu" in someone.say(line)


LINES = [
    "khong tham gia lop nua",
    "ko di nua",
    "không đi được",
    "tôi bận rồi không đi học được",
    "huy cho",
    "hủy",
    "can't come",
]


@pytest.mark.parametrize("line", LINES)
def test_who_does_not_come_gives_the_one_seat_back(line: str) -> None:
    someone = listed(NAMES[0])
    assert "giữ nguyên" not in someone.say(line)
    assert waits(someone) == ("give_back", 1)
    someone.say("ko di nua")
    assert [one.data for one in someone.done] == [{"attendee": 1}]


@pytest.mark.parametrize("line", LINES)
def test_of_several_seats_the_bot_asks_whose(line: str) -> None:
    someone = listed(*NAMES)
    assert "hủy chỗ của ai" in someone.say(line)
    assert waits(someone) == ("attendees", None)


def test_who_is_named_as_not_coming_is_meant() -> None:
    someone = listed(*NAMES)
    someone.say("Tran Van Mau khong di duoc")
    assert waits(someone) == ("give_back", 2)


@pytest.mark.parametrize("line", ["không", "khong huy gi", "không hủy gì", "thôi khỏi"])
def test_a_plain_no_keeps_them(line: str) -> None:
    someone = listed(*NAMES)
    assert "giữ nguyên" in someone.say(line)
    assert someone.done == []

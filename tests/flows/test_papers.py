"""The place that waits for a paper: it takes a file however it comes, says why one was not taken, and lets a digression,
another paper or "later" pass."""

from typing import Any

import pytest

from bot.flows.values import Event, Json
from tests.flows.engine_house import AT, Person

CASE: Json = {
    "id": 7, "number": "AG-2026-00007", "support": "barcode", "stage": "supplement", "state": "supplement",
    "since": "2026-11-23T09:00:00+07:00", "by": "2026-12-08T23:59:59+07:00", "next_by": "", "closed": False,
}  # fmt: skip
PAPERS: Json = [{"id": 1, "title": "Giấy đăng ký", "state": "asked"}, {"id": 2, "title": "Ảnh nhãn", "state": "asked"}]


def found(**changed: Json) -> Event:
    data: dict[str, Json] = {
        "case": CASE,
        "unit": "HTX Ví Dụ",
        "papers": PAPERS,
        "history": [],
        "rated": False,
        "then": "papers",
    }
    return Event("case_found", AT, data | changed)


@pytest.fixture
def person() -> Person:
    one = Person()
    one.say("chào")
    one.hear(found())
    return one


def wanted(person: Person) -> str:
    assert person.session.waiting
    papers: Any = person.session.waiting.data["papers"]
    return str(papers[0]["title"])


def names(person: Person) -> list[str]:
    return [effect.name for effect in person.done]


def test_a_file_that_the_channel_keeps_is_fetched_first(person):
    person.hear(Event("file_sent", AT, {"name": "a.pdf", "source": {"channel": "telegram"}}))
    assert names(person)[-1] == "receive_file"
    person.hear(Event("file_ready", AT, {"file": "f", "name": "a.pdf", "mime": "application/pdf", "size": 9}))
    effect = person.done[-1]
    assert (effect.name, dict(effect.data)) == ("hand_paper", {"case": 7, "paper": 1, "file": "f"})


@pytest.mark.parametrize("reason", ["encrypted", "empty", "wrong_kind", "too_large"])
def test_why_a_file_was_not_taken_is_said_and_the_paper_asked_for_again(person, reason):
    said = person.hear(Event("file_refused", AT, {"name": "a.pdf", "reason": reason}))
    assert "a.pdf" in said
    assert "mời anh/chị gửi Giấy đăng ký" in said
    assert wanted(person) == "Giấy đăng ký"


def test_another_paper_can_go_first(person):
    person.say("ảnh nhãn")
    assert wanted(person) == "Ảnh nhãn"
    person.hear(Event("file_ready", AT, {"file": "f", "name": "a.pdf", "mime": "application/pdf", "size": 9}))
    assert person.done[-1].data["paper"] == 2


def test_a_digression_is_answered_and_the_paper_waits_on(person):
    assert "mời anh/chị gửi Giấy đăng ký" in person.say("mã vạch là gì")
    assert wanted(person) == "Giấy đăng ký"


@pytest.mark.parametrize("line", ["nộp sau", "hủy", "không", "bỏ qua"])
def test_later_is_a_word_away_and_names_the_deadline(person, line):
    assert "08/12/2026" in person.say(line)
    assert person.session.waiting is None or person.session.waiting.kind == "offers"


def test_a_location_is_no_paper(person):
    person.hear(Event("located", AT, {"lat": 10.4, "lon": 105.4}))
    assert "hand_paper" not in names(person)
    assert wanted(person) == "Giấy đăng ký"


def test_amid_a_form_the_form_goes_on_afterwards():
    person = Person()
    for line in ("khảo sát", "đồng ý", "2"):
        person.say(line)
    asked = person.draft.asked
    person.hear(found())
    assert "Câu 2" in person.say("nộp sau")
    assert person.draft.asked == asked


def test_nothing_is_waited_for_where_nothing_is_missing():
    person = Person()
    person.hear(found(papers=[]))
    assert person.session.waiting is None or person.session.waiting.kind == "offers"

"""Everybody can fill in the application for support by typing, whatever they apply for: as little as they may say, or all."""

from __future__ import annotations

from functools import cache

import pytest

from bot.content import load, read_bundle
from bot.flows.engine import walking
from bot.flows.programme import Programme, Question
from bot.flows.values import Event, Json
from tests.flows.engine_house import AT, CONTENT, Person

PLACES = {"an-giang": "phường Long Xuyên", "ha-noi": "xã Bát Tràng"}
GROUPS = ("enterprise", "cooperative", "cooperative_group", "household", "conformity_body")
TYPED = {
    "yes_no": "có",
    "number": "6",
    "phone": "0912 345 678",
    "email": "vidu@example.com",
    "tax_code": "0123456787",
    "long_text": "Giảm hàng lỗi, giao hàng đúng hẹn.",
    "industry": "1061",
}


@cache
def programme(place: str) -> Programme:
    return load(read_bundle(CONTENT, place))


def begun(place: str) -> Person:
    person = Person(programme(place))
    person.say("đăng ký hỗ trợ")
    person.say("đồng ý")
    assert person.session.draft is not None
    assert person.session.draft.form == "support_application"
    return person


def numbers(question: Question, ids: tuple[str, ...]) -> str:
    return ", ".join(str(1 + [option.id for option in question.options].index(id_)) for id_ in ids)


def picked(question: Question) -> str:
    """As many as are needed, of those that say something."""
    few = int(question.minimum or 1) if question.type == "choices" else 1
    free = [option.id for option in question.options if option.id not in (question.other, question.none)]
    listed = numbers(question, tuple(free[:few]))
    return f"{listed}." if question.type == "choice" else listed  # a bare "1" may be an amount where there are bands


def answer(person: Person, question: Question, told: dict[str, str], nth: int, *, brief: bool) -> None:
    if brief and question.optional:
        person.say("bỏ qua")
    elif question.type == "file":
        file: dict[str, Json] = {"file": "f" * 24, "name": f"{question.id}.pdf", "mime": "application/pdf", "size": 10}
        person.hear(Event("file_ready", AT, file))
        if person.session.waiting:  # which paper is it?
            person.say("1")
    elif question.type == "commune":
        person.say(PLACES[person.programme.id])
    elif question.id in told:
        person.say(told[question.id])
    elif question.type in ("choice", "choices"):
        person.say(picked(question))
    else:
        person.say(TYPED.get(question.type, f"Ví Dụ {nth}"))


def finished(person: Person, told: dict[str, str], *, brief: bool) -> list[str]:
    """Answers until the summary; the questions in the order they were put."""
    form = person.programme.forms["support_application"]
    put: list[str] = []
    while person.session.draft and (asked := person.session.draft.asked):
        assert asked not in put, f"{asked} was not taken: {person.text()}"
        put.append(asked)
        answer(person, form.question(asked), told, len(put), brief=brief)
        if person.session.waiting and person.session.waiting.kind == "blocked":
            person.say("vẫn trả lời tiếp")  # not every support is for every group
    return put


def cases() -> list[tuple[str, tuple[str, ...], str, bool]]:
    """Each support with each group, by turns with little and with all; then all supports together, both ways."""
    found: list[tuple[str, tuple[str, ...], str, bool]] = []
    for place in PLACES:
        supports = [option.id for option in programme(place).forms["support_application"].question("supports").options]
        alone = [(one, group) for one in supports for group in GROUPS]
        found += [(place, (one,), group, n % 2 == 0) for n, (one, group) in enumerate(alone)]
        found += [(place, (*supports,), "enterprise", brief) for brief in (True, False)]
    return found


@pytest.mark.parametrize(("place", "supports", "group", "brief"), cases())
def test_it_comes_to_its_summary_and_keeps_what_was_said(place, supports, group, brief):
    person = begun(place)
    form = person.programme.forms["support_application"]
    told = {
        "supports": numbers(form.question("supports"), supports),
        "group": numbers(form.question("group"), (group,)),
        "public_money": "không" if brief else "có",
    }
    put = finished(person, told, brief=brief)
    draft = person.session.draft
    assert draft is not None
    kept = person.kept[draft.run]
    assert kept == dict(draft.answers)
    papers = [question.id for question in walking.asked_of(form, kept) if question.type == "file"]
    spared = papers[1:] if brief else []  # put off together
    assert put == [question.id for question in walking.asked_of(form, kept) if question.id not in spared]
    assert (kept["supports"], kept["group"], kept["declaration"]) == ([*supports], group, True)
    skipped = {name for name, value in kept.items() if value is None}
    assert skipped == ({name for name in (*put, *spared) if form.question(name).optional} if brief else set())
    assert "mời anh/chị xem lại" in person.text()


def test_without_the_declaration_nothing_is_sent():
    person = begun("an-giang")
    form = person.programme.forms["support_application"]
    told = {"supports": numbers(form.question("supports"), ("barcode",)), "public_money": "không"}
    told["declaration"] = "không"
    with pytest.raises(AssertionError, match="declaration was not taken"):
        finished(person, told, brief=True)
    person.say("gửi")
    assert not [effect for effect in person.done if effect.name == form.sends]
    person.say("có")
    person.say("gửi")
    (sent,) = [effect for effect in person.done if effect.name == "open_cases"]
    assert sent.data["computed"] == {"effort": "codes", "size": "undetermined"}

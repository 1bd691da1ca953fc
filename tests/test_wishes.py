"""Wishes about one's own data through the real conversation, where something binds it or was told before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.channel import Address
from bot.content import Bundle
from bot.flows.values import Message, Text
from storage.letters import Posting
from storage.organisations import Member, Organisation
from storage.tables import cases, letters, watches
from tests.replay import content, opened

ADDRESS = Address("web", "web", "A")
PROFILE = """
format: 1
title: {vi: Hồ sơ thử, en: Test}
consent: request
intro: {vi: Xin chào., en: Hello.}
thanks: {vi: Cảm ơn., en: Thanks.}
questions:
  - {id: contact, profile: contact_name, type: text, personal: true, minimum: 2, text: {vi: Tên?, en: Name?}, short: {vi: Người liên hệ, en: Contact}}
  - {id: number, profile: phone, type: phone, personal: true, text: {vi: Số?, en: Number?}, short: {vi: Điện thoại, en: Telephone}}
  - {id: code, profile: tax_code, type: tax_code, personal: true, text: {vi: Mã?, en: Code?}, short: {vi: Mã số thuế, en: Tax code}}
  - id: kind
    profile: group
    type: choice
    text: {vi: Loại?, en: Kind?}
    short: {vi: Loại hình, en: Kind}
    options:
      - {id: household, label: {vi: Hộ kinh doanh, en: Household}}
      - {id: enterprise, label: {vi: Doanh nghiệp, en: Enterprise}}
"""
TOLD = {"contact_name": "Lan Ví Dụ", "phone": "+84912345678", "tax_code": "089000001234", "group": "household"}


@pytest.fixture
async def talk(tmp_path, database_url):
    talk = await opened(tmp_path, url=database_url)
    await talk.say("xin chào")
    yield talk
    await talk.storage.close()


async def me(store):
    return (await store.people.find([ADDRESS]))[ADDRESS]


async def told(talk):
    """Somebody who told something once, in a form that asks for it again."""
    bundle = content()
    files = {**bundle.files, "an-giang/forms/told_once.yaml": PROFILE}
    await talk.releases.publish(talk.storage, Bundle(bundle.programme, files), talk.now[0])
    async with talk.storage.write() as store:
        await store.people.tell((await me(store)).id, TOLD)


async def profile(talk):
    async with talk.storage.read() as store:
        return await store.people.told((await me(store)).id)


async def text(talk, line):
    return "\n".join(await talk.say(line))


async def test_numbers_of_identity_are_masked(talk):
    await told(talk)
    shown = await text(talk, "dữ liệu của tôi")
    assert "Mã số thuế: 089•••••1234" in shown
    assert "089000001234" not in shown
    assert "Người liên hệ: Lan Ví Dụ" in shown


async def test_what_was_told_once_is_corrected_by_its_own_question(talk):
    await told(talk)
    for line in ("dữ liệu của tôi", "[Sửa thông tin của tôi]"):
        await talk.say(line)
    assert "hiện là: Lan Ví Dụ" in await text(talk, "người liên hệ")
    await talk.say("x")  # too short, as in its form
    assert await profile(talk) == TOLD
    assert "AG-YC-2026-00001" in await text(talk, "Mai Ví Dụ")
    assert await profile(talk) == TOLD | {"contact_name": "Mai Ví Dụ"}


async def test_a_doubtful_value_is_confirmed_first(talk):
    await told(talk)
    for line in ("dữ liệu của tôi", "[Sửa thông tin của tôi]", "[Mã số thuế]", "0123456788"):
        await talk.say(line)
    assert await profile(talk) == TOLD
    await talk.say("không")
    await talk.say("0123456788")
    assert "Đã sửa" in await text(talk, "[Đúng như vậy]")
    assert await profile(talk) == TOLD | {"tax_code": "0123456788"}


async def test_a_choice_is_tapped_or_typed_and_an_old_one_changes_nothing(talk):
    await told(talk)
    for line in ("dữ liệu của tôi", "[Sửa thông tin của tôi]", "[Loại hình]", "[Doanh nghiệp]"):
        await talk.say(line)
    assert await profile(talk) == TOLD | {"group": "enterprise"}
    assert "không còn dùng được" in await text(talk, "[Hộ kinh doanh]")
    assert await profile(talk) == TOLD | {"group": "enterprise"}
    for line in ("dữ liệu của tôi", "[Sửa thông tin của tôi]", "4", "4"):
        await talk.say(line)
    assert await profile(talk) == TOLD


async def test_amid_a_form_the_question_comes_again(talk):
    await told(talk)
    for line in ("khảo sát", "đồng ý", "gạo", "dữ liệu của tôi", "[Sửa thông tin của tôi]", "điện thoại"):
        await talk.say(line)
    assert "Câu 2/15" in await text(talk, "0987 654 321")
    assert (await profile(talk))["phone"] == "+84987654321"
    for line in ("dữ liệu của tôi", "[Sửa thông tin của tôi]", "điện thoại"):
        await talk.say(line)
    assert "Câu 2/15" in await text(talk, "hủy")
    assert "Câu 3/15" in await text(talk, "12")


async def open_case(talk, number="AG-2026-00042"):
    """A survey that was sent, with an open case on it and its organisation."""
    for line in (
        "khảo sát",
        "đồng ý",
        "gạo",
        "12",
        "8",
        "1",
        "1",
        "4",
        "Cơ sở Ví Dụ",
        "phường long xuyên",
        "gửi",
        "không",
        "không",
    ):
        await talk.say(line)
    now = talk.now[0]
    async with talk.storage.write() as store:
        person = await me(store)
        own = await store.organisations.add(Organisation("Cơ sở Ví Dụ", now, "", "co so vi du"))
        await store.organisations.put(Member(own, person.id, "member", now))
        (sent,) = await store.submissions.of_person(person.id)
        row = {"number": number, "organisation_id": own, "submission_id": sent.id, "person_id": person.id}
        rest = {"support": "barcode", "state": "received", "stage": "received", "staged_at": now, "opened_at": now}
        await store.connection.execute(insert(cases), row | rest)


async def test_deleting_names_what_an_open_case_keeps_and_finishes_when_it_ends(talk):
    await open_case(talk)
    explained = await text(talk, "xóa dữ liệu của tôi")
    assert "Hồ sơ đang giải quyết: AG-2026-00042" in explained
    done = await text(talk, "[Xóa dữ liệu]")
    assert "Yêu cầu số AG-YC-2026-00001." in done
    assert "Còn giữ hồ sơ đang giải quyết AG-2026-00042. Khi kết thúc, phần còn lại tự xóa" in done
    shown = await text(talk, "dữ liệu của tôi")
    assert "Hồ sơ AG-2026-00042" in shown
    assert "Đơn vị: Cơ sở Ví Dụ" in shown
    assert "phần còn lại sẽ xóa khi hồ sơ hoặc lớp học kết thúc" in shown
    async with talk.storage.write() as store:
        await store.connection.execute(update(cases).values(closed_at=talk.now[0]))
    came = "\n".join(await talk.direct("1 day later"))
    assert "theo yêu cầu xóa số AG-YC-2026-00001 nay cũng đã được xóa" in came
    assert "AG-2026-00042" not in await text(talk, "dữ liệu của tôi")
    async with talk.storage.read() as store:
        assert await store.submissions.of_person((await me(store)).id) == []


async def test_a_stop_says_that_an_open_case_goes_on(talk):
    await open_case(talk)
    stopped = await text(talk, "dừng nhận tin")
    assert "Yêu cầu số AG-YC-2026-00001, đã xong." in stopped
    assert "vẫn báo" in stopped


async def test_what_is_on_its_way_stops_too(talk):
    """An announcement that waits in the outbox, and a call to be told of; news of one's own case goes on."""
    for line in ("nhận tin", "đồng ý"):
        await talk.say(line)
    now = talk.now[0]
    async with talk.storage.write() as store:
        person = await me(store)
        message = Message(Text("Ví dụ"))
        at = now + timedelta(hours=1)
        for kind in ("announcement", "notice"):
            await store.letters.post([Posting(person.address_id, "telegram", kind, message, at)], now)
        await store.connection.execute(insert(watches), {"person_id": person.id, "support": "barcode", "at": now})
    await talk.say("stop")
    async with talk.storage.read() as store:
        rows = (await store.connection.execute(select(letters.c.kind, letters.c.state, letters.c.reason))).all()
        assert {tuple(row) for row in rows if row.kind != "reply"} == {
            ("announcement", "failed", "stopped"), ("notice", "waiting", ""),
        }  # fmt: skip
        assert (await store.connection.execute(select(watches))).all() == []
        (kept,) = await store.requests.of_person((await me(store)).id)
        assert (kept.kind, kept.state, kept.done_at) == ("stop", "done", now)
        assert kept.due_at - now >= timedelta(days=15)


async def test_many_things_come_in_pages(talk):
    async with talk.storage.write() as store:
        person = await me(store)
        for n in range(30):
            own = await store.organisations.add(Organisation(f"Cơ sở Ví Dụ số {n:02}", talk.now[0], "", f"co so {n}"))
            await store.organisations.put(Member(own, person.id, "member", talk.now[0]))
    first = await text(talk, "dữ liệu của tôi")
    second = await text(talk, "[Xem tiếp]")
    assert "(phần 1/2)" in first
    assert "(phần 2/2)" in second
    assert all((f"Cơ sở Ví Dụ số {n:02}" in first) != (f"Cơ sở Ví Dụ số {n:02}" in second) for n in range(30))
    assert "(phần 2/2)" in await text(talk, "(nút go.my_data:99)")
    await talk.say("dữ liệu của tôi")
    assert "(phần 2/2)" in await text(talk, "1")


async def test_an_officials_answer_reaches_the_person_once(talk):
    await open_case(talk)
    for line in ("dữ liệu của tôi", "[Sửa thông tin của tôi]", "[Phiếu hoặc hồ sơ đã gửi]", "Sai số người ở phiếu 1"):
        await talk.say(line)
    talk.person = "Cán bộ"
    await talk.say("xin chào")
    await talk.direct("official official")
    for line in ("/yeucau AG-YC-2026-00001", "xong Đã sửa.", "/yeucau AG-YC-2026-00001", "xong Lần nữa."):
        await talk.say(line)
    talk.person = "A"
    came = "\n".join(await talk.direct("1 minute later"))
    assert came.count("Cán bộ trả lời yêu cầu AG-YC-2026-00001") == 1
    assert "Đã sửa." in came
    async with talk.storage.read() as store:
        one = await store.requests.called("AG-YC-2026-00001")
        assert one == replace(one, state="done", done_at=talk.now[0] - timedelta(minutes=1))
        assert [deed.action for deed in await store.officials.recent(1)] == ["answered_request"]


@pytest.mark.parametrize("role", ["staff"])
async def test_who_may_not_answer_sees_no_queue(talk, role):
    await talk.direct(f"official {role}")
    for line in ("/yeucau", "/yeucau AG-YC-2026-00001", "(nút go.requests)", "(nút go.request:1)"):
        assert "yêu cầu" not in (await text(talk, line)).lower()

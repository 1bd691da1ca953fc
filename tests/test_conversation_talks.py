"""Talking with an official through the real conversation: what is kept, who hears of it and where, and what happens when
officials cannot answer any more."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.channel import Incoming
from bot.flows.values import Event
from bot.office import duty, inbox, officials
from storage.events import Due
from storage.talks import TalkLine
from tests.simulators.hearing_house import HearingHouse, address, opened

HELLO = "Xin hỏi về mã vạch."


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[HearingHouse]:
    async with opened(database_url) as one:
        yield one


def file(house, person, event, **data):
    """A file of theirs, on its way or there."""
    return Incoming(address(person), f"file {event} {data}", Event(event, house.now, data))


async def official(house, name, role="official"):
    """An official of that name, in the chat of that name."""
    async with house.storage.write() as store:
        await officials.invite(store, role, name, house.now)
        (one,) = [one for one in await store.officials.all() if one.name == name]
        code = await officials.code(store, one, house.now)
    await house.say(name, f"/canbo {code}")
    return one


async def asks(house, person="Lan", *lines):
    await house.say(person, "gặp cán bộ", HELLO, "đồng ý", *lines)
    await house.batch()


async def news(house, person):
    """What came to them since they were asked last."""
    await house.batch()
    seen = house.__dict__.setdefault("seen", {})
    found = await house.texts(person)
    fresh = found[seen.get(person, 0) :]
    seen[person] = len(found)
    return fresh


async def lines(house):
    async with house.storage.read() as store:
        return [line for talk in await store.talks.open_ones() for line in await store.talks.lines(talk.id)]


async def talk_of(house, person="Lan"):
    async with house.storage.read() as store:
        found = (await store.people.find([address(person)]))[address(person)]
        return await store.talks.of_person(found.id)


async def test_nothing_is_kept_without_consent(house):
    one = await official(house, "An")
    await house.say("Lan", "gặp cán bộ", HELLO, "không đồng ý")
    await house.batch()
    assert await house.count("talks") == await house.count("talk_lines") == 0
    assert HELLO not in str((await house.session("Lan")).to_json())
    assert not any(HELLO in each for each in await house.texts(one.name))


async def test_the_first_question_is_not_lost_and_the_rest_is_heard_in_silence(house):
    await official(house, "An")
    await asks(house)
    await news(house, "Lan")
    heard = await house.say("Lan", "1", "đồng ý", "khảo sát", "xóa")
    assert [(one.route, one.messages) for one in heard] == [("human", [])] * 4
    assert [line.text for line in await lines(house)] == [HELLO, "1", "đồng ý", "khảo sát", "xóa"]
    assert await news(house, "Lan") == []


async def test_news_for_somebody_else_wakes_the_clock(house):
    await official(house, "An")
    called = []
    house.conversation.held = lambda: called.append(1)
    await house.say("Lan", "gặp cán bộ")
    assert called == []
    await house.say("Lan", HELLO, "đồng ý")
    assert called == [1]


async def test_a_file_reaches_the_officials_and_stays(house):
    await official(house, "An")
    await asks(house)
    (sent,) = await house.batch(file(house, "Lan", "file_sent", name="a.pdf", source={"channel": "web"}))
    assert ([one.name for one in sent.effects], sent.messages) == (["receive_file"], [])
    async with house.storage.write() as store:
        (known,) = await store.files.receiving()
        await store.files.ready(known.id, "0" * 64, "application/pdf", 9)
        ready = {"file": known.id, "name": "a.pdf", "mime": "application/pdf", "size": 9}
        await store.events.add([Due(known.person_id, "file_ready", house.now, ready)], house.now)
    await house.batch()
    assert [(line.text, line.file_id) for line in await lines(house)][1:] == [("[Tệp] a.pdf", known.id)]
    async with house.storage.read() as store:
        assert await store.files.unreferenced(house.now + timedelta(days=2)) == []


async def test_a_file_of_somebody_else_is_only_a_name(house):
    await official(house, "An")
    await asks(house, "Minh")
    await asks(house)
    await house.batch(file(house, "Minh", "file_sent", name="a.pdf", source={"channel": "web"}))
    async with house.storage.read() as store:
        (known,) = await store.files.receiving()
    data = {"file": known.id, "name": "b.pdf", "mime": "application/pdf", "size": 9}
    await house.batch(file(house, "Lan", "file_ready", **data))
    assert [line.file_id for line in await lines(house)] == [None] * 3


async def test_no_file_is_fetched_before_the_person_agreed(house):
    await house.say("Lan", "gặp cán bộ")
    (sent,) = await house.batch(file(house, "Lan", "file_sent", name="a.pdf", source={"channel": "web"}))
    assert sent.effects == []
    assert (await house.session("Lan")).waiting.kind == "consent"
    (heard,) = await house.say("Lan", "đồng ý")
    assert "viết câu hỏi" in heard.messages[-1].text.plain
    assert await house.count("talks") == 0


async def test_a_consent_withdrawn_amid_the_talk_is_asked_for_again(house):
    await official(house, "An")
    await asks(house)
    await house.batch(house.event("Lan", "tapped", value="go.withdraw.request"))
    await house.say("Lan", "câu thứ hai")
    assert [line.text for line in await lines(house)] == [HELLO]
    await house.say("Lan", "đồng ý")
    assert [line.text for line in await lines(house)] == [HELLO, "câu thứ hai"]


async def test_of_two_officials_in_one_batch_one_has_it(house):
    await official(house, "An")
    await official(house, "Bình", "admin")
    await asks(house)
    first, second = await house.batch(house.line("An", "A1"), house.line("Bình", "A1"))
    assert HELLO in first.messages[0].text.plain
    assert [one.text.plain for one in second.messages] == ["An đang trả lời cuộc trò chuyện này."]
    (third,) = await house.say("An", "A1")  # once more is no fault
    assert HELLO in third.messages[0].text.plain


async def test_staff_do_not_answer(house):
    await official(house, "Nhân viên", "staff")
    await news(house, "Nhân viên")
    await asks(house)
    assert await news(house, "Nhân viên") == []
    for said in ("/hopthu", "/xong", "/chuyen"):
        (heard,) = await house.say("Nhân viên", said)
        assert heard.route == "unknown"
    (heard,) = await house.batch(house.event("Nhân viên", "tapped", value="go.talk:1"))
    assert heard.route == "again"
    assert (await talk_of(house)).official_id is None


async def test_nobody_there_is_said(house):
    heard = await house.say("Lan", "gặp cán bộ", HELLO, "đồng ý")
    assert "chưa có cán bộ nào trực" in heard[-1].messages[-1].text.plain
    assert [line.text for line in await lines(house)] == [HELLO]


async def test_an_official_who_asks_is_not_told_of_their_own_question(house):
    await official(house, "An")
    await asks(house, "An")
    assert not any("hỏi cán bộ:" in one for one in await house.texts("An"))
    (heard,) = await house.batch(house.event("An", "tapped", value="go.talk:1"))
    assert "đã kết thúc" in heard.messages[0].text.plain  # as if there were none


async def test_a_disabled_official_s_talk_goes_back_to_all(house):
    one, other = await official(house, "An"), await official(house, "Bình", "admin")
    await asks(house)
    await house.say("An", "A1", "Chào chị.")
    await news(house, "Bình")
    async with house.storage.write() as store:
        assert await officials.disable(store, one.id, other, house.now)
    assert ["được giao lại" in each for each in await news(house, "Bình")] == [True]
    (heard,) = await house.say("An", "Còn gì không?")
    assert "không còn quyền" in heard.messages[0].text.plain
    assert (await house.session("An")).role == ""
    assert [line.text for line in await lines(house)] == [HELLO, "Chào chị."]
    await house.say("Bình", "A2")
    assert (await talk_of(house)).official_id == other.id


@pytest.mark.parametrize("how", ["disabled", "staff"])
async def test_what_waited_for_an_official_is_not_told_to_who_is_none_any_more(house, how):
    """A duty notice that has its ten minutes, and a talk that somebody begins: written while they were one."""
    one, other = await official(house, "An"), await official(house, "Bình", "admin")
    async with house.storage.write() as store:
        for _ in range(2):  # at once, and in ten minutes
            await duty.waits(store, "cases", house.now)
    assert await news(house, "An")
    await news(house, "Bình")
    await house.say("Lan", "gặp cán bộ", HELLO, "đồng ý")
    async with house.storage.write() as store:
        if how == "staff":
            await store.officials.appoint(one.id, "staff")
        else:
            assert await officials.disable(store, one.id, other, house.now)
    house.pass_(minutes=11)
    told = await news(house, "Bình")
    assert len(told) >= 2
    assert any(HELLO in each for each in told)
    assert [each for each in await news(house, "An") if HELLO in each or "hồ sơ" in each.lower()] == []


async def test_an_official_out_of_reach_holds_nothing_up(house):
    one, other = await official(house, "An"), await official(house, "Bình")
    await asks(house)
    await house.say("An", "A1")
    await news(house, "Bình")
    async with house.storage.write() as store:
        place = (await store.people.find([address("An")]))[address("An")]
        await store.people.unreachable({place.address_id: "blocked"})
    await house.say("Lan", "Có ai không?")
    assert ["đang chờ cán bộ" in each for each in await news(house, "Bình")] == [True]
    await house.say("Bình", "A2")
    assert ((await talk_of(house)).official_id, one.id != other.id) == (other.id, True)


async def test_a_talk_held_by_somebody_out_of_reach_can_be_taken_at_once(house):
    await official(house, "An")
    other = await official(house, "Bình")
    await asks(house)
    await house.say("An", "A1")
    async with house.storage.write() as store:
        place = (await store.people.find([address("An")]))[address("An")]
        await store.people.unreachable({place.address_id: "blocked"})
    await house.say("Bình", "A1")
    assert (await talk_of(house)).official_id == other.id


async def test_the_answer_comes_where_the_person_was_last_heard(house):
    await official(house, "An")
    await asks(house)
    await house.say("An", "A1")
    await house.say("Lan ở kênh khác", "xin chào")
    async with house.storage.write() as store:
        places = await store.people.find([address("Lan"), address("Lan ở kênh khác")])
        ids = {"own": places[address("Lan")].id, "address": places[address("Lan ở kênh khác")].address_id}
        await store.connection.execute(text("UPDATE addresses SET person_id = :own WHERE id = :address"), ids)
    house.pass_(minutes=1)
    (heard,) = await house.say("Lan ở kênh khác", "Tôi nhắn từ đây nhé.")
    assert (heard.route, heard.messages) == ("human", [])
    before = await news(house, "Lan")
    await news(house, "Lan ở kênh khác")
    await house.say("An", "Vâng chị.")
    assert before
    assert await news(house, "Lan") == []
    assert ["Vâng chị." in each for each in await news(house, "Lan ở kênh khác")] == [True]
    assert [line.text for line in await lines(house)] == [HELLO, "Tôi nhắn từ đây nhé.", "Vâng chị."]


async def test_the_official_is_told_that_nothing_arrives(house):
    await official(house, "An")
    await asks(house)
    await house.say("An", "A1")
    async with house.storage.write() as store:
        place = (await store.people.find([address("Lan")]))[address("Lan")]
        await store.people.unreachable({place.address_id: "blocked"})
    (heard,) = await house.say("An", "Chào chị.")
    assert ["không nhận được tin" in one.text.plain for one in heard.messages] == [True]


async def test_whoever_is_no_holder_answers_nobody(house):
    await official(house, "An")
    await official(house, "Bình")
    await asks(house)
    await house.say("An", "A1")
    talk = await talk_of(house)
    async with house.storage.write() as store:
        ids = {name: (await store.people.find([address(name)]))[address(name)].id for name in ("Lan", "Bình")}
        for does in (inbox.end, inbox.hand_back):
            assert await does(store, ids["Bình"], talk.id, house.now) == inbox.Refused("taken", "An")
        line, zone = TalkLine(talk.id, "Chào", house.now), house.releases.current.zone
        said = await inbox.answer(store, ids["Bình"], line, zone)
        assert said == inbox.Refused("taken", "An")
        said = await inbox.answer(store, ids["Lan"], line, zone)
        assert said == inbox.Refused("role")
        assert await inbox.end(store, ids["Bình"], talk.id + 1, house.now) == inbox.Refused("gone")
    assert [line.text for line in await lines(house)] == [HELLO]


async def test_all_hear_of_a_waiting_talk_at_most_every_ten_minutes(house):
    await official(house, "An")
    await asks(house)
    await news(house, "An")
    told = []
    for minutes in (4, 4, 4, 4, 4):
        house.pass_(minutes=minutes)
        await house.say("Lan", "Có ai không?")
        told.append(len(await news(house, "An")))
    assert told == [0, 0, 1, 0, 0]


async def test_a_talk_ends_a_working_day_after_the_last_line(house):
    await official(house, "An")
    await asks(house)  # Monday; Tuesday is a holiday
    house.pass_(days=1, hours=20)
    await house.batch()
    assert await talk_of(house)
    await house.say("An", "A1", "Chào chị.")  # Wednesday: until the end of Thursday
    house.pass_(hours=20)
    await house.batch()
    assert await talk_of(house)
    await news(house, "Lan")
    await news(house, "An")
    house.pass_(hours=24)
    await house.batch()
    assert await talk_of(house) is None
    assert ["được khép lại" in each for each in await news(house, "Lan")] == [True]
    assert ["không có lời nhắn mới" in each for each in await news(house, "An")] == [True]
    assert (await house.session("An")).waiting is None
    assert (await house.session("Lan")).waiting.kind == "offers"


async def test_who_only_looked_up_the_number_is_asked_nothing_an_hour_later(house):
    await house.say("Lan", "gặp cán bộ")
    house.pass_(minutes=61)
    (heard,) = await house.say("Lan", "mã vạch là gì")
    assert heard.route == "topic.barcode"


async def test_somebody_who_speaks_english_is_passed_on_and_answered_in_english(house):
    await official(house, "An")
    await house.say("Lan", "english", "human", "What does a barcode cost?", "i agree")
    (heard,) = await house.batch(house.event("Lan", "located", lat=10.5, lon=105.25))
    assert heard.messages == []
    await house.say("An", "A1", "Phí theo quy định ạ.")
    assert "Phí theo quy định ạ." in (await news(house, "Lan"))[-1]
    assert [line.text for line in await lines(house)][1] == "[Vị trí] 10.5, 105.25"  # the officials' language
    (heard,) = await house.say("Lan", "end")
    assert "has ended" in heard.messages[0].text.plain


async def test_stop_is_heard_amid_a_talk(house):
    await official(house, "An")
    await asks(house)
    (heard,) = await house.say("Lan", "dừng nhận tin")
    assert [one.name for one in heard.effects] == ["record_consent", "note_wish"]
    (heard,) = await house.say("Lan", "stop")
    assert heard.messages[-1].text.plain.startswith("Anh/chị gõ “stop”")
    (heard,) = await house.say("Lan", "Ngừng nhận tin")
    assert [one.name for one in heard.effects] == ["record_consent", "note_wish"]
    assert (await house.session("Lan")).waiting.kind == "human"
    assert [line.text for line in await lines(house)] == [HELLO]


async def test_start_ends_it_and_the_official_hears_of_it(house):
    await official(house, "An")
    await asks(house)
    await house.say("An", "A1")
    await news(house, "An")
    await house.batch(house.event("Lan", "started", payload=""))
    assert await talk_of(house) is None
    assert ["người hỏi kết thúc" in each for each in await news(house, "An")] == [True]
    assert (await house.session("An")).waiting is None


async def test_what_officials_hear_survives_markup_and_half_signs(house):
    await official(house, "An")
    await asks(house, "Lan", "**đậm** [x](https://example.com) <b>\0")
    (heard,) = await house.say("An", "A1")
    assert "**đậm** [x](https://example.com) <b>" in heard.messages[0].text.plain
    assert not heard.messages[0].text.links

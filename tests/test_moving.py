"""Going on in another chat, through the real conversation on both databases: what either told is there, once; later lines
of the same batch, held back ones and due events find the one person."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import Address, Incoming
from bot.flows.values import Event
from bot.office import downloads, moving
from storage.consents import Consent
from storage.events import Due
from storage.files import File
from storage.organisations import Member, Organisation
from storage.submissions import Submission
from tests.replay import opened

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
WEB, ZALO = Address("web", "web", "Lan"), Address("zalo_bot", "zalo_bot", "Lan")


@pytest.fixture
async def talk(tmp_path, database_url):
    talk = await opened(tmp_path, url=database_url)
    yield talk
    await talk.storage.close()


def said(address, text, number):
    return Incoming(address, str(number), Event("said", NOW, {"text": text}))


async def hear(talk, *lines):
    """Lines of one batch → what each was answered."""
    at = talk.count
    talk.count += len(lines)
    heard = await talk.conversation.hear_batch([said(one, text, at + n) for n, (one, text) in enumerate(lines)])
    for one in heard:
        if isinstance(one, Exception):
            raise one
    return heard


async def person(talk, address):
    async with talk.storage.read() as store:
        return (await store.people.find([address]))[address]


async def code_of(talk, address):
    async with talk.storage.write() as store:
        found = await store.people.resolve([address], NOW)
        return await moving.code(store, found[address].id, talk.now[0])


async def test_the_rest_of_the_batch_is_the_one_persons(talk):
    await hear(talk, (WEB, "khảo sát"), (WEB, "đồng ý"), (ZALO, "xin chào"))
    code = await code_of(talk, WEB)
    before = await person(talk, WEB)
    heard = await hear(talk, (ZALO, f"/tiep {code}"), (ZALO, "gạo"), (WEB, "12"), (ZALO, "tạm dừng"))
    assert [one.route for one in heard] == ["continue", "answer", "answer", "pause"]
    assert (await person(talk, ZALO)).id == (await person(talk, WEB)).id == before.id
    async with talk.storage.read() as store:
        (kept,) = await store.submissions.of_person(before.id)
        assert kept.answers == {"sector": "rice", "employees": 12}
        assert len(await store.sessions.load([before.id])) == 1


async def test_what_the_other_told_is_not_lost(talk):
    await hear(talk, (WEB, "khảo sát"), (WEB, "đồng ý"), (WEB, "gạo"))
    await hear(talk, (ZALO, "khảo sát"), (ZALO, "đồng ý"), (ZALO, "thủy sản"), (ZALO, "7"))
    mine, other = await person(talk, WEB), await person(talk, ZALO)
    async with talk.storage.write() as store:
        sent = Submission(other.id, 9, "needs_survey", "", {"sector": "food"}, "zalo_bot", NOW, NOW)
        await store.submissions.send(sent, NOW)
        both = await store.organisations.add(Organisation("HTX Ví Dụ", NOW, "", "h"))
        await store.organisations.put(Member(both, other.id, "member", NOW))
        await store.organisations.put(Member(both, mine.id, "asked", NOW))
        await store.files.receive(File("tep", other.id, "giấy.pdf", NOW))
        await store.people.tell(mine.id, {"phone": "+84912345678"})
        await store.people.tell(other.id, {"phone": "+84987654321", "email": "a@vidu.example"})
        await store.consents.record([Consent(other.id, "sharing", granted=False, text="x", channel="web", at=NOW)])
        await store.events.add([Due(other.id, "draft_quiet", NOW + timedelta(days=9), {"run": 1})], NOW)
    code = await code_of(talk, WEB)
    await hear(talk, (ZALO, f"/tiep {code}"))
    async with talk.storage.read() as store:
        answers = [one.answers for one in await store.submissions.of_person(mine.id)]
        assert sorted(map(str, answers)) == sorted(
            map(str, [{"sector": "rice"}, {"sector": "seafood", "employees": 7}, {"sector": "food"}])
        )
        assert await store.submissions.of_person(other.id) == []
        assert [one.state for one in await store.organisations.members(both)] == ["member"]
        assert (await store.files.get("tep")).person_id == mine.id
        profile = await store.people.told(mine.id)
        assert profile == {"phone": "+84912345678", "email": "a@vidu.example"}
        assert await store.consents.current(mine.id) == {"request": True, "sharing": False}
        assert [one.person_id for one in await store.events.due(NOW + timedelta(days=10))] == [mine.id]
    heard = await hear(talk, (ZALO, "tạm dừng"), (ZALO, "làm tiếp"), (ZALO, "1"))
    assert "Câu 3/15" in "\n".join(one.text.plain for one in heard[2].messages)


async def test_links_to_files_come_along(talk):
    await hear(talk, (WEB, "xin chào"), (ZALO, "xin chào"))
    code, old = await code_of(talk, WEB), await person(talk, ZALO)
    async with talk.storage.write() as store:
        path = await downloads.offer(store, old.id, "export", {}, talk.now[0])
    await hear(talk, (ZALO, f"/tiep {code}"))
    async with talk.storage.read() as store:
        found = await store.tokens.find("download", path.rpartition("/")[2], talk.now[0])
    assert found is not None
    assert found.person_id == (await person(talk, WEB)).id


async def test_old_buttons_of_either_screen_answer_nothing(talk):
    await hear(talk, (WEB, "khảo sát"), (WEB, "đồng ý"), (ZALO, "khảo sát"), (ZALO, "đồng ý"))
    code = await code_of(talk, WEB)
    await hear(talk, (ZALO, f"/tiep {code}"))
    for place in (WEB, ZALO):
        talk.count += 1
        tap = Incoming(place, str(talk.count), Event("tapped", NOW, {"value": "1.sector.rice"}))
        (heard,) = await talk.conversation.hear_batch([tap])
        assert heard.route == "again"
    async with talk.storage.read() as store:
        assert await store.submissions.of_person((await person(talk, WEB)).id) == []


async def test_an_officials_chat_neither_gives_nor_takes(talk):
    talk.person, talk.channel = "Cán bộ", "web"
    await talk.say("xin chào")
    official, before = talk.address, await code_of(talk, talk.address)
    await talk.direct("official official")
    assert await code_of(talk, official) == ""
    await hear(talk, (ZALO, f"/tiep {before}"))
    assert (await person(talk, ZALO)).id != (await person(talk, official)).id
    code = await code_of(talk, ZALO)
    await hear(talk, (official, f"/tiep {code}"))
    assert (await person(talk, ZALO)).id != (await person(talk, official)).id
    async with talk.storage.read() as store:
        assert await store.officials.role_of((await person(talk, ZALO)).id) == ""
        assert await store.officials.role_of((await person(talk, official)).id) == "official"


async def test_a_code_lives_ten_minutes_and_only_the_last_one(talk):
    await hear(talk, (WEB, "xin chào"), (ZALO, "xin chào"))
    first, second = await code_of(talk, WEB), await code_of(talk, WEB)
    await hear(talk, (ZALO, f"/tiep {first}"))
    assert (await person(talk, ZALO)).id != (await person(talk, WEB)).id
    talk.now[0] += moving.STANDS
    await hear(talk, (ZALO, f"/tiep {second}"))
    assert (await person(talk, ZALO)).id != (await person(talk, WEB)).id
    third = await code_of(talk, WEB)
    await hear(talk, (ZALO, f"/tiep {third[:4].lower()}-{third[4:].lower()}"))
    assert (await person(talk, ZALO)).id == (await person(talk, WEB)).id


async def test_whoever_guesses_is_not_heard_for_an_hour(talk):
    await hear(talk, (WEB, "xin chào"), *((ZALO, f"/tiep KKKK KKK{sign}") for sign in "ABCDE"))
    code = await code_of(talk, WEB)
    await hear(talk, (ZALO, f"/tiep {code}"))
    assert (await person(talk, ZALO)).id != (await person(talk, WEB)).id
    talk.now[0] += moving.WRONG_STAND
    code = await code_of(talk, WEB)
    await hear(talk, (ZALO, f"/tiep {code}"))
    assert (await person(talk, ZALO)).id == (await person(talk, WEB)).id


async def test_what_was_said_in_one_batch_with_the_deletion_does_not_come_back(talk):
    """The answers to lines just before it repeat what was typed; they are not written after everything was deleted."""
    await hear(talk, (WEB, "khảo sát"), (WEB, "đồng ý"), (WEB, "khác"))
    await hear(talk, (WEB, "nuôi chim xqzxqz"), (WEB, "xóa dữ liệu của tôi"), (WEB, "có"))
    async with talk.storage.read() as store:
        held = await store.belongings.held((await person(talk, WEB)).id)
    assert "xqzxqz" not in str(held)
    assert [row["state"] for row in held["letters"]] == ["sent", "sent"]
    assert (held["submissions"], held["requests"]) == ([], [])

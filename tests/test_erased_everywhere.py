"""What somebody said stands in other people's chats too: an official reads their words, a colleague their name. After a
deletion none of it is found, in any column of any table, nor in any file, on both databases."""

import asyncio
import os
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import insert, select

from bot.channel import Address
from bot.files import sweep
from bot.office import membership, requests
from storage.organisations import Member, Organisation
from storage.tables import attendees, chats, classes, metadata, set_aside
from tests.replay import opened

WORD = "xqz"
LAN = "xqzLan"  # also what they call themselves on their channel
TAX_CODE = "0123456787"


@pytest.fixture
async def talk(tmp_path, database_url):
    one = await opened(tmp_path, url=database_url)
    yield one
    await one.storage.close()


async def by(talk, person, *lines):
    """What those lines, and what comes unasked before them, show that person."""
    talk.person = person
    shown = await talk.direct("unasked")
    for line in lines:
        shown += await talk.say(line)
    return "\n".join(shown)


async def official(talk, name, role="official"):
    talk.person = name
    await talk.say("xin chào")
    await talk.direct(f"official {role}")


async def places(store) -> set[str]:
    """table.column of every place where the word is found; the account itself and the ids of its updates stay."""
    found = set()
    for table in metadata.sorted_tables:
        for row in (await store.connection.execute(select(table))).mappings():
            found |= {f"{table.name}.{name}" for name, value in row.items() if WORD in str(value).lower()}
    return found - {"releases.bundle", "addresses.native", "receipts.native"}


async def person(store, name):
    return (await store.people.find([Address("web", "web", name)]))[Address("web", "web", name)]


async def seeded(talk):
    """Lan talks with an official, asks to belong to a colleague's organisation, registered somebody for a class that is
    over, and wants something corrected; the officials have all of it on their screens."""
    await official(talk, "Cán bộ")
    await official(talk, "Cán bộ hai", "admin")
    await by(talk, "Minh", "xin chào")
    await by(talk, LAN, "gặp cán bộ", f"cho tôi hỏi {WORD} mã vạch", "đồng ý", f"(tệp {WORD}.pdf)")
    now = talk.now[0]
    async with talk.storage.write() as store:
        lan, minh = await person(store, LAN), await person(store, "Minh")
        await store.people.tell(lan.id, {"contact_name": f"Lan {WORD}", "phone": "+84912345678"})
        own = await store.organisations.add(Organisation("Cơ sở Ví Dụ", now, TAX_CODE, "co so vi du"))
        await store.organisations.put(Member(own, minh.id, "member", now))
        (unit,) = (await store.organisations.get([own])).values()
        await membership.ask(store, unit, lan.id, None, now)
        await requests.note(store, talk.releases.current, lan.id, "correct", now, "open", words=f"sửa {WORD}")
        ends = {"starts_at": now - timedelta(hours=5), "ends_at": now - timedelta(hours=2), "closes_at": now}
        row = {"kind": "class", "title": "Lớp Ví Dụ", "groups": [], "seats": 9, "state": "open", "made_at": now}
        made = (await store.connection.execute(insert(classes).returning(classes.c.id), row | ends)).scalar_one()
        mine = {"class_id": made, "person_id": lan.id, "name": f"Học viên {WORD}", "state": "seated", "at": now}
        await store.connection.execute(insert(attendees), mine | {"code": "AB2CD3E"})
        due = {"channel": "due", "account": "", "native": "1", "receipt": "due:1", "error": "E", "at": now}
        raw = {"event": "person_wrote", "data": {"text": WORD, "mentions": [lan.id]}}
        await store.connection.execute(insert(set_aside), due | {"raw": raw})
        own_event = {"event": "file_ready", "data": {"name": WORD}}
        await store.connection.execute(
            insert(set_aside), due | {"native": str(lan.id), "receipt": "2", "raw": own_event}
        )
    await talk.conversation.hear_batch([])


async def on_screens(talk):
    shown = await by(talk, "Cán bộ hai", "/hopthu", "/lop 1", "/diemdanh AB2CD3E", "/yeucau AG-YC-2026-00001")
    assert shown.count(WORD) > 5
    assert WORD in await by(talk, "Minh", "ai xin đại diện cho đơn vị của tôi")
    assert WORD in await by(talk, "Cán bộ", "A1", "Chào anh/chị.")  # takes the talk


async def test_no_word_is_found_in_any_table_nor_in_any_file(talk, tmp_path):
    await seeded(talk)
    await on_screens(talk)
    await by(talk, LAN, f"còn {WORD} nữa")  # and the official's chat has yet to hear of it
    digest = sha256(f"{WORD}.pdf".encode()).hexdigest()
    kept = tmp_path / "files" / digest[:2] / digest[2:]
    await asyncio.to_thread(_write, kept, talk.now[0].timestamp())
    async with talk.storage.read() as store:
        before = await places(store)
    assert {
        "letters.body",
        "events.data",
        "sessions.state",
        "talk_lines.text",
        "attendees.name",
        "set_aside.raw",
    } <= before
    done = await by(talk, LAN, "/start", "xóa dữ liệu của tôi", "[Xóa dữ liệu]")
    assert "tin đã tới điện thoại của người khác, vì tôi không thu hồi được" in done
    await talk.conversation.hear_batch([])
    async with talk.storage.read() as store:
        # what the person typed last is told them once more; the name on the channel came with that very update
        assert await places(store) - {"addresses.name"} == set()
    talk.now[0] += timedelta(days=2)
    await sweep(talk.storage, tmp_path, talk.now[0])
    assert not kept.exists()


def _write(path, at):
    path.parent.mkdir(parents=True)
    path.write_text(WORD)
    os.utime(path, (at, at))


async def test_who_has_it_on_the_screen_is_told_and_can_go_on(talk):
    await seeded(talk)
    await on_screens(talk)
    await by(talk, LAN, "xóa dữ liệu của tôi", "[Xóa dữ liệu]")  # amid the talk, which ends by it
    for name in ("Cán bộ", "Cán bộ hai", "Minh"):
        assert "vừa yêu cầu xóa dữ liệu của họ" in await by(talk, name)
        assert "vừa yêu cầu xóa" not in await by(talk, name, "menu")


async def test_what_is_shown_after_a_deletion_that_waits_goes_when_it_ends(talk):
    """The attendees of a class to come stay, and so does what officials read of them, until the class is over."""
    await seeded(talk)
    async with talk.storage.write() as store:
        later = talk.now[0] + timedelta(hours=20)
        await store.connection.execute(classes.update().values(starts_at=talk.now[0], ends_at=later))
    await by(talk, LAN, "/start", "xóa dữ liệu của tôi", "[Xóa dữ liệu]")
    assert WORD in await by(talk, "Cán bộ", "/lop 1")
    await talk.direct("2 days later")
    async with talk.storage.read() as store:
        assert await places(store) - {"addresses.name"} == set()


async def test_letters_to_oneself_are_nobody_elses(talk):
    """Only what an official or a colleague reads is marked; nobody's own conversation is."""
    await seeded(talk)
    async with talk.storage.read() as store:
        bound = set(await store.connection.scalars(select(chats.c.person_id)))
        minh = await person(store, "Minh")
        told = select(metadata.tables["addresses"].c.person_id).join(metadata.tables["letters"])
        rows = set(await store.connection.scalars(told.join(metadata.tables["mentions"])))
    assert rows <= bound | {minh.id}
    assert rows

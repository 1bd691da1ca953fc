"""Doors of officials: each opens once, in its time, for the right one, and leaves no token in the database."""

import asyncio
from datetime import timedelta

import pytest

from bot.office import officials
from tests.simulators.desk import Desk


async def sign_in(desk: Desk, token: str) -> str | None:
    async with desk.storage.write() as store:
        return await officials.sign_in(store, token, desk.at)


async def whose(desk: Desk, session: str):
    async with desk.storage.read() as store:
        return await officials.signed_in(store, session, desk.at)


async def code_of(desk: Desk, official) -> str:
    async with desk.storage.write() as store:
        return await officials.code(store, official, desk.at)


async def bind(desk: Desk, person: int, code: str):
    async with desk.storage.write() as store:
        return await officials.bind(store, person, code, desk.at)


async def role_of(desk: Desk, person: int) -> str:
    async with desk.storage.read() as store:
        return await store.officials.role_of(person)


async def test_an_invitation_opens_one_session(desk: Desk):
    token = await desk.invited("official", "  Cán  bộ A ")
    session = await sign_in(desk, token)
    assert session is not None
    official = await whose(desk, session)
    assert (official.name, official.role) == ("Cán bộ A", "official")
    assert await sign_in(desk, token) is None
    assert await whose(desk, token) is None, "an invitation is no session"


async def test_of_two_who_use_an_invitation_at_once_one_comes_in(desk: Desk):
    token = await desk.invited("admin")
    entered = await asyncio.gather(sign_in(desk, token), sign_in(desk, token))
    assert sorted(session is None for session in entered) == [False, True]


@pytest.mark.parametrize(("hours", "opens"), [(47.9, True), (48, False)])
async def test_an_invitation_stands_for_two_days(desk: Desk, hours: float, opens: bool):
    token = await desk.invited("admin")
    desk.pass_(hours=hours)
    assert (await sign_in(desk, token) is not None) is opens


@pytest.mark.parametrize("token", ["", "x", "\ud800", "' OR 1=1 --"])
async def test_what_is_no_invitation_opens_nothing(desk: Desk, token: str):
    await desk.invited("admin")
    assert await sign_in(desk, token) is None


async def test_tokens_are_long_and_not_in_the_database(desk: Desk):
    token = await desk.invited("admin")
    session = await sign_in(desk, token)
    assert session is not None
    assert min(len(token), len(session)) >= 43  # 256 bits in base64
    async with desk.storage.read() as store:
        rows = (await store.connection.exec_driver_sql("SELECT * FROM tokens")).all()
    assert len(rows) == 2
    assert token not in repr(rows)
    assert session not in repr(rows)


async def test_the_same_name_and_role_again_is_another_link_for_the_same_official(desk: Desk):
    first, second = await desk.invited("staff", "Cán bộ A"), await desk.invited("staff", "Cán bộ A")
    await desk.invited("official", "Cán bộ A")
    async with desk.storage.read() as store:
        assert [one.role for one in await store.officials.all()] == ["staff", "official"]
    assert await sign_in(desk, first) is None, "the newer link closed it"
    assert await sign_in(desk, second) is not None


async def test_without_a_name_everybody_is_somebody_new(desk: Desk):
    await desk.invited("staff", "")
    await desk.invited("staff", " ")
    async with desk.storage.read() as store:
        assert len(await store.officials.all()) == 2


@pytest.mark.parametrize(("role", "name"), [("owner", "A"), ("staff", "A" * 101)])
async def test_an_invitation_needs_a_role_that_exists_and_a_name_of_some_length(desk: Desk, role, name: str):
    with pytest.raises(ValueError, match="no such role"):
        await desk.invited(role, name)


@pytest.mark.parametrize(("hours", "stands"), [(11.9, True), (12, False)])
async def test_a_session_stands_for_half_a_day(desk: Desk, hours: float, stands: bool):
    session = await sign_in(desk, await desk.invited("staff")) or ""
    desk.pass_(hours=hours)
    assert (await whose(desk, session) is not None) is stands


async def test_signing_out_ends_that_session_and_no_other(desk: Desk):
    one = await sign_in(desk, await desk.invited("staff")) or ""
    other = await sign_in(desk, await desk.invited("staff")) or ""
    async with desk.storage.write() as store:
        await officials.sign_out(store, one, desk.at)
    assert await whose(desk, one) is None
    assert await whose(desk, other) is not None


async def test_disabling_closes_every_door_at_once(desk: Desk):
    admin = await desk.official("admin", "Quản trị")
    person = await desk.person("lan")
    session = await sign_in(desk, await desk.invited("official", "Cán bộ A")) or ""
    official = await whose(desk, session)
    await bind(desk, person, await code_of(desk, official))
    link, code = await desk.invited("official", "Cán bộ A"), await code_of(desk, official)
    async with desk.storage.write() as store:
        assert await officials.disable(store, official.id, admin, desk.at)
    assert await whose(desk, session) is None
    assert await sign_in(desk, link) is None
    assert await bind(desk, await desk.person("other"), code) is None
    assert await role_of(desk, person) == ""


async def test_an_administrator_cannot_lock_himself_out(desk: Desk):
    admin = await desk.official("admin")
    async with desk.storage.write() as store:
        assert not await officials.disable(store, admin.id, admin, desk.at)
        assert not await officials.disable(store, 4711, admin, desk.at)
        again = await store.officials.get(admin.id)
    assert again == admin


async def test_a_code_binds_one_chat_once(desk: Desk):
    official = await desk.official("official")
    one, other = await desk.person("one"), await desk.person("other")
    code = await code_of(desk, official)
    assert len(code) == 8
    assert set(code) <= set(officials.ALPHABET)
    assert await bind(desk, one, f" {code[:4].lower()}-{code[4:]} ") == official
    assert await bind(desk, other, code) is None
    assert (await role_of(desk, one), await role_of(desk, other)) == ("official", "")


async def test_a_new_code_closes_the_one_before(desk: Desk):
    official, person = await desk.official("official"), await desk.person("one")
    earlier, code = await code_of(desk, official), await code_of(desk, official)
    assert await bind(desk, person, earlier) is None
    assert await bind(desk, person, code) == official


@pytest.mark.parametrize(("minutes", "binds"), [(9.9, True), (10, False)])
async def test_a_code_stands_for_ten_minutes(desk: Desk, minutes: float, binds: bool):
    official, person = await desk.official("staff"), await desk.person("one")
    code = await code_of(desk, official)
    desk.pass_(minutes=minutes)
    assert (await bind(desk, person, code) is not None) is binds


async def test_after_five_wrong_codes_the_right_one_is_wrong_too_for_an_hour(desk: Desk):
    official = await desk.official("official")
    guesser, other = await desk.person("guesser"), await desk.person("other")
    for number in range(5):
        assert await bind(desk, guesser, f"WRONG{number}") is None
    code = await code_of(desk, official)
    assert await bind(desk, guesser, code) is None
    assert await bind(desk, other, code) == official, "the code was not spent, and another person is not slowed"
    desk.at += timedelta(hours=1)
    assert await bind(desk, guesser, await code_of(desk, official)) == official


@pytest.mark.parametrize("code", ["", "-", "\ud800\ud800", "ﬁ" * 10_000])
async def test_rubbish_is_no_code(desk: Desk, code: str):
    assert await bind(desk, await desk.person("one"), code) is None


async def test_what_officials_do_is_on_record(desk: Desk):
    session = await sign_in(desk, await desk.invited("official")) or ""
    official = await whose(desk, session)
    person = await desk.person("one")
    await bind(desk, person, await code_of(desk, official))
    async with desk.storage.read() as store:
        deeds = [(deed.official_id, deed.action, deed.subject) for deed in await store.officials.recent()]
    assert deeds == [
        (official.id, "bound", f"person {person}"),
        (official.id, "signed_in", ""),
        (None, "invited", f"official {official.id}"),
    ]

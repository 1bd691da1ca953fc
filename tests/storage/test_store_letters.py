"""Letters: order within an address, urgency between addresses, outcomes, and what a crash leaves."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.channel import Address, Busy, Gone, Kind, Outcome, Refused, Sent, Unsure
from bot.flows.values import Choice, Link, Message, Span, Text
from storage import Storage
from storage.letters import Letter, Posting
from storage.messages import message_from_json, message_to_json

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CHANNELS = ["telegram", "zalo_bot"]
Spec = tuple[str, Kind]


class Office:
    """A few addresses, by a short name, and what tests do with them."""

    def __init__(self, storage: Storage, places: dict[str, int]) -> None:
        self.storage, self.places = storage, places

    async def post(self, *specs: Spec, not_before: datetime | None = None) -> list[int]:
        rows = [Posting(self.places[name], "telegram", kind, say(name), not_before) for name, kind in specs]
        async with self.storage.write() as store:
            return await store.letters.post(rows, NOW)

    async def claim(self, now: datetime = NOW, limit: int = 100) -> list[Letter]:
        async with self.storage.write() as store:
            return await store.letters.claim(now, CHANNELS, limit)

    async def ids(self, now: datetime = NOW, limit: int = 100) -> list[int]:
        return [letter.id for letter in await self.claim(now, limit)]

    async def settle(self, letters: Sequence[Letter], outcome: Outcome, at: datetime = NOW) -> None:
        async with self.storage.write() as store:
            await store.letters.settle([(letter, outcome) for letter in letters], at)

    async def states(self) -> dict[int, str]:
        async with self.storage.read() as store:
            rows = await store.connection.exec_driver_sql("SELECT id, state FROM letters ORDER BY id")
            return {row.id: row.state for row in rows}


def say(words: str) -> Message:
    return Message(Text(words))


@pytest.fixture
async def office(storage: Storage) -> Office:
    async with storage.write() as store:
        places = {name: Address("telegram", "1001", name) for name in "abcdefgh"}
        found = await store.people.resolve(list(places.values()), NOW)
    return Office(storage, {name: found[place].address_id for name, place in places.items()})


async def test_ids_come_in_the_order_posted(office: Office):
    ids = await office.post(*[(name, "reply") for name in "hgfedcba" * 200])
    assert ids == sorted(ids)
    assert await office.post() == []
    async with office.storage.read() as store:
        rows = await store.connection.exec_driver_sql("SELECT address_id FROM letters ORDER BY id")
        assert list(rows.scalars()) == [office.places[name] for name in "hgfedcba" * 200]


async def test_a_claimed_letter_says_all_that_sending_needs(office: Office):
    (posted,) = await office.post(("a", "reply"))
    (letter,) = await office.claim()
    assert letter.id == posted
    assert (letter.address, letter.heard_at, letter.kind) == (Address("telegram", "1001", "a"), NOW, "reply")
    assert (letter.message, letter.state, letter.attempts) == (say("a"), "sending", 1)


async def test_one_letter_of_an_address_at_a_time_and_none_overtakes(office: Office):
    first, second, third = await office.post(("a", "reply"), ("a", "reply"), ("a", "reply"))
    going = await office.claim()
    assert [letter.id for letter in going] == [first]
    assert await office.claim() == []
    await office.settle(going, Sent("t1"))
    going = await office.claim()
    assert [letter.id for letter in going] == [second]
    await office.settle(going, Busy(30))
    assert await office.claim(NOW + 29 * SECOND) == [], "the third must wait for the second"
    assert await office.ids(NOW + 30 * SECOND) == [second]
    assert (await office.states())[third] == "waiting"


async def test_replies_go_first_then_notices_then_announcements(office: Office):
    announcement, notice, reply = await office.post(("a", "announcement"), ("b", "notice"), ("c", "reply"))
    assert await office.ids() == [reply, notice, announcement]


async def test_within_a_kind_the_oldest_goes_first_and_the_limit_holds(office: Office):
    ids = await office.post(*[(name, "reply") for name in "dacb"])
    assert await office.ids(limit=3) == ids[:3]
    assert await office.ids(limit=3) == ids[3:]


async def test_a_reply_lifts_the_announcement_before_it_over_the_rest_of_the_broadcast(office: Office):
    broadcast = await office.post(*[(name, "announcement") for name in "abcdefgh"])
    (reply,) = await office.post(("g", "reply"))
    going = await office.claim(limit=1)
    assert [letter.id for letter in going] == [broadcast[6]]
    await office.settle(going, Sent())
    assert await office.ids(limit=2) == [reply, broadcast[0]]


async def test_a_letter_that_waits_for_its_hour_lets_other_kinds_pass_but_not_its_own(office: Office):
    morning = NOW + 3600 * SECOND
    (at_night,) = await office.post(("a", "announcement"), not_before=morning)
    (after_it,) = await office.post(("a", "announcement"))
    (reply,) = await office.post(("a", "reply"))
    going = await office.claim()
    assert [letter.id for letter in going] == [reply]
    await office.settle(going, Sent())
    assert await office.claim(NOW + SECOND) == []
    going = await office.claim(morning)
    assert [letter.id for letter in going] == [at_night]
    await office.settle(going, Sent())
    assert await office.ids(morning) == [after_it]


async def test_only_channels_that_are_open_are_claimed(office: Office):
    await office.post(("a", "reply"))
    async with office.storage.write() as store:
        assert await store.letters.claim(NOW, ["zalo_bot"]) == []
        assert await store.letters.claim(NOW, []) == []
        assert len(await store.letters.claim(NOW, ["telegram"])) == 1


async def test_what_came_of_each_is_kept(office: Office):
    sent, failed, gone, behind, _ = await office.post(
        ("a", "reply"), ("b", "reply"), ("c", "reply"), ("c", "notice"), ("d", "reply")
    )
    one, two, three, _ = await office.claim()
    async with office.storage.write() as store:
        await store.letters.settle([(one, Sent("t77")), (two, Refused("too long")), (three, Gone("blocked"))], NOW)
        await store.letters.settle([], NOW)
        rows = await store.connection.exec_driver_sql("SELECT id, state, reason, native_id, sent_at FROM letters")
        kept: dict[int, tuple] = {row[0]: tuple(row[1:]) for row in rows}
        place = (await store.people.find([three.address]))[three.address]
    micros = int(NOW.timestamp() * 1_000_000)
    assert kept[sent] == ("sent", "", "t77", micros)
    assert kept[failed] == ("failed", "too long", "", None)
    assert kept[gone] == ("unreachable", "blocked", "", None)
    assert kept[behind] == ("unreachable", "blocked", "", None), "what waits behind it will not arrive either"
    assert place.unreachable == "blocked"


async def test_busy_is_no_attempt(office: Office):
    await office.post(("a", "announcement"))
    for wait in range(5):
        (letter,) = await office.claim(NOW + wait * SECOND)
        assert letter.attempts == 1
        await office.settle([letter], Busy(1), NOW + wait * SECOND)


@pytest.mark.parametrize(("kind", "tries"), [("reply", 15), ("notice", 2), ("announcement", 1)])
async def test_how_often_an_unsure_letter_is_tried(office: Office, kind: Kind, tries: int):
    (posted,) = await office.post(("a", kind))
    now = NOW
    for _ in range(tries):
        (letter,) = await office.claim(now)
        await office.settle([letter], Unsure("timeout"), now)
        now += timedelta(minutes=10)
    assert await office.claim(now) == []
    assert await office.states() == {posted: "unsure"}


async def test_an_outcome_counts_once(office: Office):
    await office.post(("a", "reply"))
    going = await office.claim()
    await office.settle(going, Sent("1"))
    await office.settle(going, Unsure("timeout"))
    assert set((await office.states()).values()) == {"sent"}


async def test_after_a_crash_replies_wait_again_notices_once_more_announcements_never(office: Office):
    reply, notice, announcement, untouched = await office.post(
        ("a", "reply"), ("b", "notice"), ("c", "announcement"), ("a", "reply")
    )

    async def crash_and_recover() -> int:
        await office.claim(NOW)
        async with office.storage.write() as store:
            return await store.letters.recover()

    assert await crash_and_recover() == 3
    assert await office.states() == {
        reply: "waiting", notice: "waiting", announcement: "unsure", untouched: "waiting",
    }  # fmt: skip
    assert await crash_and_recover() == 2
    assert await office.states() == {
        reply: "waiting", notice: "unsure", announcement: "unsure", untouched: "waiting",
    }  # fmt: skip
    assert await office.ids() == [reply], "still before the one behind it"


async def test_put_back_is_as_if_never_claimed(office: Office):
    await office.post(("a", "announcement"))
    (letter,) = await office.claim()
    async with office.storage.write() as store:
        await store.letters.put_back([letter.id])
    (again,) = await office.claim()
    assert (again.id, again.attempts) == (letter.id, 1)


async def test_what_waits_is_counted_and_timed(office: Office):
    async with office.storage.read() as store:
        assert await store.letters.next_at() is None
        assert await store.letters.waiting() == {}
    await office.post(("a", "reply"), ("b", "reply"), ("c", "notice"), not_before=NOW + SECOND)
    await office.post(("d", "announcement"), not_before=NOW + 2 * SECOND)
    async with office.storage.read() as store:
        assert await store.letters.next_at() == NOW + SECOND
        assert await store.letters.waiting() == {
            ("telegram", "reply"): 2, ("telegram", "notice"): 1, ("telegram", "announcement"): 1,
        }  # fmt: skip


@asynccontextmanager
async def browser(storage: Storage) -> AsyncIterator[tuple[int, list[int]]]:
    place = Address("web", "", "browser")
    async with storage.write() as store:
        home = (await store.people.resolve([place], NOW))[place].address_id
        ids = await store.letters.post([Posting(home, "web", "reply", say(str(n))) for n in range(5)], NOW)
    yield home, ids


async def test_on_a_channel_that_fetches_posted_is_sent_and_never_claimed(storage: Storage):
    async with browser(storage) as (home, ids), storage.write() as store:
        assert await store.letters.claim(NOW, ["web"]) == []
        assert [letter.state for letter in await store.letters.after(home, 0)] == ["sent"] * 5
        assert [letter.id for letter in await store.letters.after(home, ids[2])] == ids[3:]
        assert [letter.id for letter in await store.letters.after(home, 0, limit=2)] == ids[:2]
        assert [letter.id for letter in await store.letters.latest(home, limit=2)] == ids[3:]


async def test_seen_is_kept_up_to_what_was_fetched_and_the_first_time(storage: Storage):
    async with browser(storage) as (home, ids), storage.write() as store:
        await store.letters.seen(home, ids[1], NOW)
        await store.letters.seen(home, ids[2], NOW + SECOND)
        assert [letter.seen_at for letter in await store.letters.after(home, 0)] == [
            NOW, NOW, NOW + SECOND, None, None,
        ]  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
async def test_any_course_of_sending_keeps_the_order_of_every_address(office: Office, seed: int):
    """Letters and outcomes at random: what is tried at an address is tried in the order posted."""
    chance = Random(seed)
    kinds: list[Kind] = ["reply", "reply", "notice", "announcement"]
    outcomes: list[Outcome] = [Sent(), Sent(), Sent(), Refused("no")]
    now, arrived = NOW, []
    for _ in range(40):
        await office.post(*[(chance.choice("abc"), chance.choice(kinds)) for _ in range(chance.randrange(3))])
        going = await office.claim(now, limit=chance.randrange(1, 4))
        assert len({letter.address_id for letter in going}) == len(going)
        for letter in going:
            await office.settle([letter], chance.choice(outcomes), now)
            arrived.append((letter.address_id, letter.id))
        now += SECOND
    for place in {place for place, _ in arrived}:
        ids = [letter for where, letter in arrived if where == place]
        assert ids == sorted(ids)


@pytest.mark.parametrize(
    "message",
    [
        say("Xin chào 👋"),
        Message(
            Text("Đậm và liên kết", (Span(0, 3, "bold"),), (Link(7, 8, "https://example.vn"),)),
            (Choice("1.needs.barcode", "Mã số mã vạch"), Choice("1.needs.!skip", "Bỏ qua")),
            many=True,
            wants="file",
        ),
    ],
)
def test_a_message_survives_json(message: Message):
    assert message_from_json(message_to_json(message)) == message


def test_a_plain_message_is_short_in_the_database():
    assert message_to_json(say("Chào")) == {"text": "Chào"}

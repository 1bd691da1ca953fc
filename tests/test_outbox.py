"""The one door out, against a strict channel, in a time of its own: order, pace, and what is known of every letter."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps

import pytest
from sqlalchemy import text

from bot.channel import Address, Busy, Refused, Unsure
from bot.flows.values import Message, Text
from bot.outbox import ANSWER, Outbox, Way, paced
from storage import Full, Storage
from storage.letters import Posting
from tests.simulators.fake_channel import DROPPED, TIMED_OUT, FakeChannel
from tests.simulators.quick_time import clock, quick_loop, run

RATE = 25


class SteppedStorage:
    """The real store; the loop's time stands still while it works, and then passes by what we say it took."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.takes, self.full = storage, 0.0, False
        self.lost = False  # the answer to a commit does not arrive

    @asynccontextmanager
    async def write(self):
        await asyncio.sleep(self.takes)
        if self.full:
            raise Full
        with quick_loop().working():
            async with self.storage.write() as store:
                yield store
        if self.lost:
            raise Full

    @asynccontextmanager
    async def read(self):
        with quick_loop().working():
            async with self.storage.read() as store:
                yield store


@dataclass
class Post:
    storage: SteppedStorage
    channel: FakeChannel
    outbox: Outbox
    rows: dict[str, int] = field(default_factory=dict)

    async def post(self, to: str, kind, *texts: str) -> None:
        address = Address(self.channel.name, self.channel.account, to)
        async with self.storage.write() as store:
            person = (await store.people.resolve([address], clock()))[address]
            letters = [Posting(person.address_id, address.channel, kind, Message(Text(words))) for words in texts]
            ids = await store.letters.post(letters, clock())
        self.rows |= dict(zip(texts, ids, strict=True))
        self.outbox.wake()

    async def post_many(self, kind, count: int, first: int = 0) -> None:
        """One letter each to p<n>, in one transaction: "<kind> <n>"."""
        addresses = [Address(self.channel.name, self.channel.account, f"p{n}") for n in range(first, first + count)]
        texts = [f"{kind} {address.id[1:]}" for address in addresses]
        async with self.storage.write() as store:
            persons = await store.people.resolve(addresses, clock())
            places = [persons[address].address_id for address in addresses]
            letters = [
                Posting(place, self.channel.name, kind, Message(Text(words)))
                for place, words in zip(places, texts, strict=True)
            ]
            ids = await store.letters.post(letters, clock())
        self.rows |= dict(zip(texts, ids, strict=True))
        self.outbox.wake()

    async def say(self, **said: tuple[str, ...]) -> None:
        """What a batch of the conversation says: to each person these bubbles."""
        addresses = {to: Address(self.channel.name, self.channel.account, to) for to in said}
        async with self.storage.write() as store:
            persons = await store.people.resolve(list(addresses.values()), clock())
            letters = [
                (
                    persons[addresses[to]],
                    Posting(persons[addresses[to]].address_id, self.channel.name, "reply", Message(Text(words))),
                )
                for to, texts in said.items()
                for words in texts
            ]
            committed = await self.outbox.post(store, letters, clock())
            rows = (await store.connection.execute(text("SELECT max(id) FROM letters"))).scalar_one()
        self.rows |= {posting.message.text.plain: rows - len(letters) + n for n, (_, posting) in enumerate(letters, 1)}
        committed()

    async def say_in_vain(self, to: str, words: str) -> None:
        """The transaction fails after everything in it was done."""
        address = Address(self.channel.name, self.channel.account, to)
        async with self.storage.write() as store:
            person = (await store.people.resolve([address], clock()))[address]
            posting = Posting(person.address_id, address.channel, "reply", Message(Text(words)))
            await self.outbox.post(store, [(person, posting)], clock())
            raise Full

    async def states(self) -> dict[str, tuple[str, int, str]]:
        """Text → state, attempts, reason."""
        async with self.storage.read() as store:
            rows = await store.connection.execute(text("SELECT id, state, attempts, reason FROM letters"))
            found = {row.id: (row.state, row.attempts, row.reason) for row in rows}
        return {words: found[row] for words, row in self.rows.items()}

    async def state(self, words: str) -> str:
        return (await self.states())[words][0]

    @asynccontextmanager
    async def running(self, seconds: float) -> AsyncIterator[None]:
        """The outbox runs while the block does and that long after it."""
        task = asyncio.create_task(self.outbox.run())
        yield
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def run(self, seconds: float) -> None:
        async with self.running(seconds):
            pass

    async def crash(self, task: asyncio.Task[None]) -> None:
        """As after SIGKILL: what came of it is noted nowhere."""
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def again(self) -> None:
        """The process is another one."""
        self.outbox = Outbox(self.storage, {self.channel.name: Way(self.channel)}, clock)  # type: ignore[arg-type]


def timeless(test):
    """Runs the test in the loop whose time leaps, with a fresh store and channel, on each engine."""

    @wraps(test)
    def runs(database_url):
        run(lambda: _with_post(database_url, test))

    del runs.__wrapped__  # pytest reads the signature
    return runs


async def _with_post(url, test) -> None:
    with quick_loop().working():
        opened = await Storage.open(url)
    storage, channel = SteppedStorage(opened), FakeChannel()
    post = Post(storage, channel, Outbox(storage, {channel.name: Way(channel)}, clock))  # type: ignore[arg-type]
    try:
        await test(post)
    finally:
        with quick_loop().working():
            await opened.close()


def most_in_a_second(times: list[float]) -> int:
    return max(sum(1 for other in times if 0 <= other - at < 1.0) for at in times)


# -- order


@timeless
async def test_letters_of_one_address_arrive_in_order_and_one_after_the_other(post):
    post.channel.slow = {"lan": 0.7}
    async with post.running(30):
        await post.post("lan", "reply", *(f"lan {n}" for n in range(10)))
        await post.post("minh", "reply", *(f"minh {n}" for n in range(10)))
    assert post.channel.texts("lan") == [f"lan {n}" for n in range(10)]
    assert post.channel.texts("minh") == [f"minh {n}" for n in range(10)]
    starts = [one.at for one in post.channel.arrived if one.to == "lan"]
    assert all(later - earlier >= 0.699 for earlier, later in itertools.pairwise(starts))


@timeless
async def test_a_reply_overtakes_a_broadcast_that_is_under_way(post):
    post.outbox.ways = {"telegram": paced(post.channel, RATE)}
    await post.post_many("announcement", 500)
    async with post.running(5):
        await asyncio.sleep(3)
        asked = clock()
        await post.post("lan", "notice", "a notice")
        await post.post("minh", "reply", "a reply")
    by_text = {one.text: one.at for one in post.channel.arrived}
    began = asked.timestamp() - clock().timestamp() + quick_loop().time()
    assert by_text["a reply"] - began <= 0.5, "as much was taken from the table already"
    assert by_text["a notice"] - began <= 0.55
    assert len(post.channel.arrived) >= 8 * RATE * 0.98


@timeless
async def test_a_slow_answer_holds_up_nobody_else(post):
    post.channel.slow = {"lan": 50}
    await post.post("lan", "reply", "slow")
    async with post.running(60):
        await asyncio.sleep(1)
        await post.post_many("reply", 300)
    quick = [one.at for one in post.channel.arrived if one.to != "lan"]
    assert len(quick) == 300
    assert max(quick) < 3
    assert await post.state("slow") == "sent"


# -- what is known afterwards


@timeless
async def test_an_unsure_reply_goes_again_a_notice_once_more_and_an_announcement_never(post):
    post.channel.answers.extend([TIMED_OUT] * 3)
    await post.post("lan", "reply", "reply")
    await post.post("minh", "notice", "notice")
    await post.post("hoa", "announcement", "announcement")
    await post.run(300)
    assert Counter(post.channel.texts()) == {"reply": 2, "notice": 2, "announcement": 1}
    states = await post.states()
    assert states["reply"] == ("sent", 2, "")
    assert states["notice"] == ("sent", 2, "")
    assert states["announcement"] == ("unsure", 1, "timeout")


@timeless
async def test_what_stays_unsure_ends_as_unsure(post):
    post.channel.answers.extend([DROPPED] * 50)
    await post.post("lan", "reply", "reply")
    await post.post("minh", "notice", "notice")
    await post.run(3600)
    states = await post.states()
    assert states["reply"] == ("unsure", 15, "ConnectionResetError"), "more than half an hour"
    assert states["notice"] == ("unsure", 2, "ConnectionResetError")


@timeless
async def test_no_answer_at_all_is_unsure_after_a_minute(post):
    post.channel.slow = {"lan": 10 * ANSWER}
    await post.post("lan", "announcement", "announcement")
    await post.run(ANSWER + 5)
    assert (await post.states())["announcement"] == ("unsure", 1, "timeout")


@timeless
async def test_gone_marks_the_address_and_all_that_waits_there(post):
    post.channel.gone = {"lan"}
    await post.post("lan", "reply", "first", "second")
    await post.post("minh", "reply", "other")
    await post.run(5)
    assert post.channel.texts("lan") == ["first"]
    assert (await post.states())["second"][::2] == ("unreachable", "blocked")
    assert await post.state("other") == "sent"


@timeless
async def test_refused_fails_for_good_and_the_next_letter_goes(post):
    post.channel.answers.append(Refused("too long"))
    await post.post("lan", "reply", "first", "second")
    await post.run(5)
    assert (await post.states())["first"] == ("failed", 1, "too long")
    assert await post.state("second") == "sent"


@timeless
async def test_a_closed_window_is_asked_beforehand(post):
    post.channel.closed = {"announcement"}
    await post.post("lan", "announcement", "announcement")
    await post.post("lan", "reply", "reply")
    await post.run(5)
    assert post.channel.texts() == ["reply"]
    assert (await post.states())["announcement"][::2] == ("failed", "window")


# -- busy


@timeless
async def test_busy_rests_the_whole_account_and_no_letter_is_lost(post):
    post.channel.answers.append(Busy(10))
    await post.post_many("reply", 1)
    async with post.running(20):
        await asyncio.sleep(1)
        await post.post_many("reply", 39, first=1)
    times = sorted(one.at for one in post.channel.arrived)
    assert sum(1 for at in times if at < 10) == 1, "nothing while it rests"
    assert sorted(set(post.channel.texts())) == sorted(f"reply {n}" for n in range(40))
    assert set((await post.states()).values()) == {("sent", 1, "")}, "being busy is no attempt"


@timeless
async def test_what_waits_for_the_pace_goes_back_when_the_account_must_rest(post):
    post.outbox.ways = {"telegram": paced(post.channel, RATE)}
    post.channel.answers.append(Busy(30))
    await post.post_many("announcement", 20)
    await post.run(29)
    assert len(post.channel.arrived) <= 3
    states = Counter(state for state, _, _ in (await post.states()).values())
    assert states["sending"] == 0
    await post.run(10)
    assert Counter(state for state, _, _ in (await post.states()).values()) == {"sent": 20}
    assert max(Counter(post.channel.texts()).values()) <= 2


@timeless
async def test_another_channel_goes_on_while_one_rests(post):
    other = FakeChannel("zalo_bot")
    post.outbox.ways = {"telegram": Way(post.channel), "zalo_bot": Way(other)}
    post.channel.answers.append(Busy(60))
    await post.post("lan", "reply", "resting")
    async with post.running(5):
        await asyncio.sleep(1)
        post.channel = other
        await post.post("lan", "reply", "not resting")
    assert other.texts() == ["not resting"]


# -- crashes and the database


@timeless
async def test_a_letter_whose_hour_comes_while_the_outbox_looks_does_not_wait_for_the_next_look(post):
    """The account may send again from 2.0 s on, and a look begins; the letter is due at 2.3 s, amid that look."""
    post.storage.takes, post.channel.delay = 0.4, 0.2
    await post.post("lan", "reply", "one")
    post.channel.answers.append(Busy(1.0))
    async with post.running(10):
        await asyncio.sleep(0.5)
        post.outbox.wake()  # a look is under way when the answer comes, so what came of it is noted later
    assert len(post.channel.arrived) == 2
    assert await post.state("one") == "sent"


@timeless
async def test_a_crash_between_send_and_answer(post):
    post.channel.slow = dict.fromkeys(("lan", "minh", "hoa"), 3600.0)
    await post.post("lan", "reply", "reply", "next reply")
    await post.post("minh", "notice", "notice")
    await post.post("hoa", "announcement", "announcement")
    await post.outbox.round()
    await asyncio.sleep(1)
    await asyncio.gather(*(post.crash(task) for task in list(post.outbox._going)))
    assert {state for state, _, _ in (await post.states()).values()} == {"sending", "waiting"}

    post.channel.slow, before = {}, len(post.channel.arrived)
    post.again()
    assert await post.outbox.recover() == 3
    await post.run(60)
    assert Counter(post.channel.texts()[before:]) == {"reply": 1, "next reply": 1, "notice": 1}
    assert post.channel.texts("lan")[1:] == ["reply", "next reply"], "in order, the doubtful one first"
    assert (await post.states())["announcement"][::2] == ("unsure", "restart")


@timeless
async def test_an_orderly_stop_leaves_nothing_unsure(post):
    post.outbox.ways = {"telegram": paced(post.channel, RATE)}
    post.channel.delay = 2.0
    await post.post_many("announcement", 200)
    await post.run(3)
    states = Counter(state for state, _, _ in (await post.states()).values())
    assert set(states) == {"sent", "waiting"}
    assert states["sent"] == len(post.channel.arrived)


@timeless
async def test_what_became_of_a_letter_survives_a_full_disk(post):
    post.channel.delay = 1.0
    await post.post("lan", "announcement", "announcement")
    async with post.running(30):
        await asyncio.sleep(0.5)
        post.storage.full = True
        await asyncio.sleep(20)
        assert post.channel.texts() == ["announcement"]
        post.storage.full = False
    assert post.channel.texts() == ["announcement"]
    assert (await post.states())["announcement"] == ("sent", 1, "")


@timeless
async def test_a_fault_of_the_channel_ends_no_loop(post):
    post.channel.answers.append(ZeroDivisionError("a bug of the handler"))
    await post.post("lan", "announcement", "first")
    await post.post("minh", "announcement", "second")
    await post.run(10)
    assert (await post.states())["first"][::2] == ("unsure", "ZeroDivisionError")
    assert await post.state("second") == "sent"


# -- pace


@pytest.mark.parametrize(("rate", "letters", "stall"), [(25, 400, 0.0), (25, 400, 0.1), (7, 140, 0.02), (0.5, 10, 0.0)])
def test_the_pace_is_reached_and_never_exceeded(database_url, rate, letters, stall):
    """`stall`: how long each of the database's transactions takes."""

    async def test(post: Post) -> None:
        post.channel.per_second = max(1, rate)
        post.channel.delay = 0.15
        post.outbox.ways = {"telegram": paced(post.channel, rate)}
        await post.post_many("announcement", letters)
        post.storage.takes = stall
        began = quick_loop().time()
        await post.run(letters / rate * 1.5 + 3)
        times = [one.at for one in post.channel.arrived]
        assert len(times) == letters
        assert post.channel.refused == 0
        assert most_in_a_second(times) <= max(1, rate)
        achieved = (letters - 1) / (times[-1] - times[0])
        print(
            f"rate {rate}, {stall * 1000:.0f} ms a transaction: {achieved:.2f}/s, first after {times[0] - began:.2f} s"
        )
        assert achieved >= 0.98 * rate

    run(lambda: _with_post(database_url, test))


@timeless
async def test_a_burst_after_a_rest_is_small(post):
    post.outbox.ways = {"telegram": paced(post.channel, RATE)}
    await post.post_many("reply", 30)
    await post.run(10)
    times = [one.at for one in post.channel.arrived]
    assert sum(1 for at in times if at - times[0] < 0.001) <= 3


@timeless
async def test_an_idle_outbox_asks_the_database_rarely(post):
    looks = []
    real = post.storage.read

    def read():
        looks.append(quick_loop().time())
        return real()

    post.storage.read = read
    await post.run(300)
    assert len(looks) <= 15


# -- replies that go with their batch


@timeless
async def test_bubbles_of_a_turn_go_one_after_the_other_without_being_looked_for(post):
    post.channel.delay = 0.2
    async with post.running(0.7):
        await asyncio.sleep(1)
        began = quick_loop().time()
        await post.say(lan=("one", "two", "three"), minh=("yes",))
        post.storage.full = True  # whoever looked for them in the table would find no way there
    assert [one.text for one in post.channel.arrived if one.to == "lan"] == ["one", "two", "three"]
    assert [round(one.at - began, 1) for one in post.channel.arrived if one.to == "lan"] == [0.0, 0.2, 0.4]
    post.storage.full = False
    await post.run(1)
    assert set((await post.states()).values()) == {("sent", 1, "")}


@timeless
async def test_a_batch_that_was_not_kept_sends_nothing(post):
    async with post.running(5):
        with pytest.raises(Full):
            await post.say_in_vain("lan", "never")
        await post.say(minh=("kept",))
    assert post.channel.texts() == ["kept"]


@timeless
async def test_a_reply_waits_behind_whatever_waits_at_its_address(post):
    post.channel.answers.append(Busy(3))
    await post.post("lan", "reply", "first")
    async with post.running(10):
        await asyncio.sleep(1)
        await post.say(lan=("second", "third"))
    assert post.channel.texts() == ["first", "first", "second", "third"]
    assert set((await post.states()).values()) == {("sent", 1, "")}


@timeless
async def test_what_follows_one_that_did_not_arrive_waits_behind_it(post):
    for number, trouble in enumerate([DROPPED, TIMED_OUT, Busy(2)]):
        to, words = f"lan {number}", [f"{number}.{n}" for n in range(4)]
        async with post.running(30):
            await asyncio.sleep(1)
            post.channel.answers.append(trouble)
            await post.say(**{to: tuple(words[:3])})
            await asyncio.sleep(0.5)
            await post.say(**{to: (words[3],)})
        assert post.channel.texts(to) == [words[0], *words]
    assert {state for state, _, _ in (await post.states()).values()} == {"sent"}


@timeless
async def test_one_that_is_refused_holds_up_no_other(post):
    post.channel.answers.append(Refused("too long"))
    async with post.running(5):
        await post.say(lan=("one", "two"))
    assert post.channel.texts() == ["one", "two"]
    assert await post.states() == {"one": ("failed", 1, "too long"), "two": ("sent", 1, "")}


@timeless
async def test_to_someone_who_is_gone_nothing_more_is_tried(post):
    post.channel.gone = {"lan"}
    async with post.running(5):
        await post.say(lan=("one", "two", "three"), minh=("yes",))
    assert sorted(post.channel.texts()) == ["one", "yes"]
    states = await post.states()
    assert [states[words][0] for words in ("one", "two", "three", "yes")] == ["unreachable"] * 3 + ["sent"]


@timeless
async def test_more_than_there_is_room_for_goes_as_room_comes(post):
    post.outbox.ways = {"telegram": paced(post.channel, RATE)}
    post.channel.per_second = 30
    async with post.running(20):
        await asyncio.sleep(1)
        for batch in range(5):
            await post.say(**{f"p{batch}x{n}": (f"{batch}.{n} a", f"{batch}.{n} b") for n in range(20)})
    assert post.channel.refused == 0
    assert len(post.channel.arrived) == 200
    assert most_in_a_second([one.at for one in post.channel.arrived]) <= 27
    for batch, n in itertools.product(range(5), range(20)):
        assert post.channel.texts(f"p{batch}x{n}") == [f"{batch}.{n} a", f"{batch}.{n} b"]


@timeless
async def test_after_a_crash_replies_that_were_on_their_way_go_again_in_order(post):
    post.channel.slow = {"lan": 5}
    task = asyncio.create_task(post.outbox.run())
    await post.say(lan=("one", "two"))
    await asyncio.sleep(1)
    post.storage.full = True
    await post.crash(task)
    post.storage.full = False
    post.again()
    post.channel.slow = {}
    assert await post.outbox.recover() >= 1
    await post.run(5)
    assert post.channel.texts()[-2:] == ["one", "two"]
    assert {state for state, _, _ in (await post.states()).values()} == {"sent"}


@timeless
async def test_an_outage_of_minutes_loses_no_reply(post):
    post.channel.answers.extend([Unsure("HTTP 502")] * 8)
    async with post.running(900):
        await post.say(lan=("one", "two"))
    assert post.channel.texts()[-2:] == ["one", "two"]
    assert {state for state, _, _ in (await post.states()).values()} == {"sent"}


@timeless
async def test_a_commit_whose_answer_is_lost_leaves_nobody_mute(post):
    """The table has the letters as sending, and nobody knows of them."""
    async with post.running(90):
        await asyncio.sleep(1)
        post.storage.lost = True
        with pytest.raises(Full):
            await post.say(lan=("one", "two"))
        post.storage.lost = False
        await asyncio.sleep(1)
        await post.say(lan=("three",))
    assert post.channel.texts() == ["one", "two", "three"]


@timeless
async def test_newcomers_do_not_overtake_those_who_wait(post):
    post.outbox.ways = {"telegram": paced(post.channel, RATE)}
    async with post.running(30):
        await post.say(**{f"first{n}": (f"first {n}",) for n in range(200)})
        for second in range(10):
            await asyncio.sleep(1)
            await post.say(**{f"late{second}x{n}": (f"late {second}.{n}",) for n in range(15)})
    texts = post.channel.texts()
    assert len(texts) == 350
    assert all(one.startswith("first") for one in texts[:200])

"""The one door in: a batch is one transaction; what cannot be heard harms nobody else; nothing is confirmed that is
not on disk; floods wait in order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from types import MappingProxyType

import pytest

import bot.conversation.batch as rounds
from bot.channel import Address, Incoming
from bot.conversation import MOST, Conversation, Flooded, Heard
from bot.effects import EFFECTS
from bot.flood import LONGEST, Flood
from bot.flows.engine import advance
from bot.flows.values import Effect, Event, Message, Text, Turn
from storage import Full, Locked, StorageError
from storage.events import Due
from tests.simulators.hearing_house import HearingHouse, address, opened
from tests.simulators.other_process import held
from tests.simulators.web_browser import Browser
from tests.simulators.web_house import WebHouse

BEGUN = ("khảo sát", "đồng ý")  # then the first question, the sector, waits
SORRY = "tin nhắn vừa rồi tôi chưa xử lý được"
SLOWED = "gửi hơi nhanh"


@pytest.fixture
async def house(database_url) -> AsyncIterator[HearingHouse]:
    """On SQLite, and on PostgreSQL."""
    async with opened(database_url) as one:
        yield one


@pytest.fixture
async def paced(database_url) -> AsyncIterator[HearingHouse]:
    async with opened(database_url, pace=30) as one:
        yield one


@pytest.fixture
def faulty(monkeypatch):
    """Lines with "hỏng" in them break the engine."""

    def breaks(session, event, programme):
        if "hỏng" in str(event.data.get("text", "")) or event.data.get("break"):
            raise ZeroDivisionError(str(event.data))
        return advance(session, event, programme)

    monkeypatch.setattr(rounds, "advance", breaks)


def good(heard: Heard | Exception) -> Heard:
    assert isinstance(heard, Heard), heard
    return heard


async def asides(house: HearingHouse):
    async with house.storage.read() as store:
        return await store.receipts.aside()


# -- a batch


async def test_a_batch_is_one_transaction(house, monkeypatch):
    begun: list[int] = []
    real = house.storage.write

    def write():
        begun.append(1)
        return real()

    monkeypatch.setattr(house.storage, "write", write)
    heard = await house.batch(*(house.line(f"p{n}", "khảo sát") for n in range(MOST)))
    assert len(begun) == 1
    assert all(good(one).route == "form.needs_survey" for one in heard)
    assert await house.count("sessions") == MOST
    assert house.posted == [{address(f"p{n}") for n in range(MOST)}]


async def test_nothing_is_told_before_the_commit(house, monkeypatch):
    seen = []
    house.conversation.posted = lambda addresses: seen.append(1)
    monkeypatch.setattr(rounds.Batch, "close", _full)
    with pytest.raises(Full):
        await house.batch(house.line("lan", "khảo sát"))
    assert not seen
    assert await house.count("people") == 0


async def _full(*_: object) -> None:
    raise Full


async def test_the_same_receipt_counts_once_in_one_batch_and_in_two(house):
    await house.say("lan", *BEGUN)
    once = house.line("lan", "lúa gạo", "same")
    heard = await house.batch(once, once)
    assert [good(one).new for one in heard] == [True, False]
    before = await house.texts("lan")
    assert [good(one).new for one in await house.batch(once)] == [False]
    assert await house.texts("lan") == before
    assert await house.answers("lan") == {"sector": "rice"}


async def test_a_receipt_is_its_persons_own(house):
    heard = await house.batch(house.line("lan", "menu", "1"), house.line("minh", "menu", "1"))
    assert [good(one).new for one in heard] == [True, True]


async def test_a_person_is_heard_in_order_within_a_batch_of_many(house):
    for person in ("lan", "minh"):
        await house.say(person, *BEGUN)
    mixed = [
        ("lan", "lúa gạo"),
        ("minh", "thủy sản"),
        ("lan", "12"),
        ("minh", "200"),
        ("lan", "mã vạch"),
        ("minh", "iso"),
    ]
    await house.batch(*(house.line(person, words) for person, words in mixed))
    assert await house.answers("lan") == {"sector": "rice", "employees": 12, "needs": ["barcode"]}
    assert await house.answers("minh") == {"sector": "seafood", "employees": 200, "needs": ["management_system"]}


async def test_a_hundred_updates_of_one_person_in_a_batch(house):
    await house.say("lan", *BEGUN)
    lines = ["lúa gạo", *(str(n) if n % 2 else "quay lại" for n in range(1, MOST))]
    heard = await house.batch(*(house.line("lan", words) for words in lines))
    assert [good(one).route for one in heard] == ["answer", *("answer" if n % 2 else "back" for n in range(1, MOST))]
    assert await house.answers("lan") == {"sector": "rice", "employees": MOST - 1}


async def test_updates_that_come_in_disorder_answer_nothing_wrongly(house):
    """Taps name their question: one that comes late or early answers no other, and each gets a reply."""
    await house.say("lan", *BEGUN)
    taps = ["1.needs.=barcode", "1.employees.!skip", "1.sector.rice", "1.sector.seafood"]
    heard = await house.batch(*(house.event("lan", "tapped", value=value) for value in taps))
    assert [good(one).route for one in heard] == ["again", "again", "answer", "again"]
    assert all(good(one).messages for one in heard)
    assert await house.answers("lan") == {"sector": "rice"}


async def test_two_tabs(house):
    """Both show the first question; the second tap is told that it was answered, and how to change it."""
    await house.say("lan", *BEGUN)
    first, second = await house.batch(
        house.event("lan", "tapped", "tab1-1", value="1.sector.rice"),
        house.event("lan", "tapped", "tab2-1", value="1.sector.food"),
    )
    assert (good(first).route, good(second).route) == ("answer", "again")
    assert "đã được trả lời là" in good(second).messages[0].text.plain
    assert await house.answers("lan") == {"sector": "rice"}


# -- a fault of ours


async def test_an_update_that_cannot_be_heard_is_set_aside_and_the_rest_are_heard(house, faulty, caplog):
    for person in ("lan", "minh", "hoa"):
        await house.say(person, *BEGUN)
    broken = house.line("minh", "hỏng")
    heard = await house.batch(
        house.line("lan", "lúa gạo"), broken, house.line("hoa", "thủy sản"), house.line("minh", "1")
    )
    assert [good(one).route for one in heard][::2] == ["answer", "answer"]
    assert good(heard[3]).route == "answer"
    assert await house.answers("lan") == {"sector": "rice"}
    assert await house.answers("hoa") == {"sector": "seafood"}
    assert await house.answers("minh") == {"sector": "rice"}, "the next line answers the same question"
    (aside,) = await asides(house)
    assert (aside.raw, aside.error) == ({"event": "said", "data": {"text": "hỏng"}}, "ZeroDivisionError")
    assert sum(SORRY in words for words in await house.texts("minh")) == 1
    assert SORRY not in " ".join([*await house.texts("lan"), *await house.texts("hoa")])
    assert "hỏng" not in caplog.text, "what people say is in no log"


async def test_set_aside_it_is_not_heard_again(house, faulty):
    broken = house.line("lan", "hỏng", "same")
    await house.batch(broken)
    assert [good(one).new for one in await house.batch(broken)] == [False]
    assert len(await asides(house)) == 1


async def test_nothing_of_a_broken_turn_is_half_written(house, monkeypatch):
    """The first effect of the turn writes, the second breaks."""
    await house.say("lan", "khảo sát")

    async def breaks(work, person, data):
        raise LookupError

    monkeypatch.setitem(EFFECTS, "breaks", breaks)

    def adds_a_broken_one(session, event, programme):
        turn = advance(session, event, programme)
        extra = (Effect("breaks"),) if any(e.name == "record_consent" for e in turn.effects) else ()
        return Turn(turn.session, turn.messages, turn.effects + extra, turn.route)

    monkeypatch.setattr(rounds, "advance", adds_a_broken_one)
    before = await house.session("lan")
    await house.batch(house.line("lan", "đồng ý"))
    session = await house.session("lan")
    assert await house.count("consents") == 0
    assert before is not None
    assert session is not None
    assert (session.consents, session.draft, session.waiting) == (before.consents, None, before.waiting)
    assert SORRY in " ".join(await house.texts("lan"))


async def test_a_session_that_cannot_be_read_harms_nobody_else_and_its_person_is_told(house):
    await house.say("lan", *BEGUN)
    async with house.storage.write() as store:
        person = (await store.people.find([address("lan")]))[address("lan")]
        await store.sessions.keep({person.id: {"format": 1, "unknown": True}})
    heard = await house.batch(house.line("lan", "lúa gạo"), house.line("minh", "menu"))
    assert [good(one).route for one in heard] == ["again", "menu"]
    assert SORRY in (await house.texts("lan"))[-1]
    assert len(await asides(house)) == 1


async def test_a_turn_has_at_most_four_rounds(house, monkeypatch):
    async def asks_again(work, person, data):
        return Event("echoed", work.now)

    def echoes(left: int):
        said = Message(Text("vâng"))

        def one(session, event, programme):
            nonlocal left
            left -= 1
            return Turn(session, (said,), (Effect("echo"),) if left > 0 else (), "menu")

        return one

    monkeypatch.setitem(EFFECTS, "echo", asks_again)
    monkeypatch.setattr(rounds, "advance", echoes(1 + rounds.ROUNDS))
    (heard,) = await house.batch(house.line("lan", "menu"))
    assert len(good(heard).messages) == 1 + rounds.ROUNDS

    monkeypatch.setattr(rounds, "advance", echoes(1_000))
    await house.batch(house.line("minh", "menu"))
    assert [one.error for one in await asides(house)] == ["RuntimeError"]


async def test_words_that_no_encoding_holds_are_answered(house):
    await house.say("lan", *BEGUN)
    strange = ["\ud800", "\x00\x01\x02", "\u202eabc\u202c", "\u200b" * 50, "x" * 100_000, "<b>&amp;</b> **x** {{ x }}"]
    heard = await house.batch(*(house.line("lan", words) for words in strange))
    assert [good(one).route for one in heard] == ["again"] * len(strange)
    assert not await asides(house)


# -- the database


@pytest.mark.parametrize("error", [Locked, Full, StorageError])
async def test_every_waiter_hears_of_trouble_with_the_database_and_nothing_is_kept(house, monkeypatch, error):
    async def broken(*_: object) -> None:
        raise error

    loop = asyncio.create_task(house.conversation.run())
    lines = [house.line(f"p{n}", "khảo sát", f"line-{n}") for n in range(10)]
    with monkeypatch.context() as patch:
        patch.setattr(rounds.Batch, "close", broken)
        results = await asyncio.gather(*map(house.conversation.hear, lines), return_exceptions=True)
        assert [type(one) for one in results] == [error] * 10
        assert [await house.count(table) for table in ("people", "sessions", "letters", "receipts")] == [0] * 4
    again = await asyncio.gather(*map(house.conversation.hear, lines))
    assert all(one.new and one.messages for one in again)
    loop.cancel()


async def test_a_database_that_another_process_holds(house):
    line = house.line("lan", "menu", "same")
    async with held(house.url):
        with pytest.raises(Locked):
            await house.batch(line)
    assert [good(one).new for one in await house.batch(line)] == [True]
    assert [good(one).new for one in await house.batch(line)] == [False]


async def test_trouble_amid_hearing_one_by_one_takes_back_nothing(house, faulty, monkeypatch):
    real, calls = rounds.Batch.close, []

    async def full_at_the_third(batch, done):
        calls.append(1)
        if len(calls) >= 3:
            raise Full
        await real(batch, done)

    monkeypatch.setattr(rounds.Batch, "close", full_at_the_third)
    lines = [house.line("lan", "menu", "1"), house.line("hoa", "hỏng", "2"), house.line("minh", "menu", "3")]
    heard = await house.batch(*lines)
    assert good(heard[0]).new
    assert isinstance(heard[2], Full)
    monkeypatch.setattr(rounds.Batch, "close", real)
    assert [good(one).new for one in await house.batch(*lines)] == [False, False, True]
    assert len(await asides(house)) == 1


async def test_who_goes_away_while_waiting_is_heard_all_the_same(house):
    waiting = house.conversation.hear(house.line("lan", "menu", "same"))
    await asyncio.sleep(0)
    waiting.cancel()
    loop = asyncio.create_task(house.conversation.run())
    other = await house.conversation.hear(house.line("minh", "menu"))
    assert other.new
    assert not (await house.conversation.hear(house.line("lan", "menu", "same"))).new
    loop.cancel()


async def test_what_comes_while_a_transaction_runs_makes_the_next_batch(house, monkeypatch):
    sizes = []
    real = Conversation.hear_batch

    async def counted(self, incoming):
        sizes.append(len(incoming))
        return await real(self, incoming)

    monkeypatch.setattr(Conversation, "hear_batch", counted)
    loop = asyncio.create_task(house.conversation.run())
    await asyncio.gather(*(house.conversation.hear(house.line(f"p{n}", "menu")) for n in range(250)))
    assert sizes == [100, 100, 50]
    loop.cancel()


# -- due events


NEWS = {"text": "flow.dismissed"}  # any text will do


async def due(house: HearingHouse, person: str, name: str, data=MappingProxyType(NEWS), after=timedelta()) -> None:
    async with house.storage.write() as store:
        found = (await store.people.find([address(person)]))[address(person)]
        await store.events.add([Due(found.id, name, house.now + after, data)], house.now)


def news(house: HearingHouse) -> str:
    return house.releases.current.render(NEWS["text"], "vi", {}).plain


async def test_a_due_event_is_heard_once_and_not_before_its_time(house):
    await house.say("lan", *BEGUN)
    await due(house, "lan", "notified", after=timedelta(minutes=5))
    before = await house.texts("lan")
    await house.batch()
    assert await house.texts("lan") == before
    house.pass_(minutes=5)
    await house.batch()
    await house.batch()
    assert await house.texts("lan") == [*before, news(house)]
    await house.say("lan", "lúa gạo")
    assert await house.answers("lan") == {"sector": "rice"}, "it took no waiting place"


async def test_an_event_written_for_somebody_else_is_heard_with_the_next_batch_as_a_notice(house):
    await house.say("lan", "menu")
    await due(house, "lan", "notified")
    await house.say("minh", "menu")
    assert (await house.texts("lan"))[-1] == news(house)
    async with house.storage.read() as store:
        person = (await store.people.find([address("lan")]))[address("lan")]
        assert (await store.letters.latest(person.address_id, 1))[0].kind == "notice"
    assert await house.count("events") == 0


async def test_more_due_events_than_a_batch_holds_are_all_heard(house):
    await house.say("lan", "menu")
    for _ in range(3 * MOST // 2):
        await due(house, "lan", "notified")
    loop = asyncio.create_task(house.conversation.run())
    house.conversation.wake()
    async with asyncio.timeout(20):
        while await house.count("events"):
            await asyncio.sleep(0.02)
    loop.cancel()
    assert (await house.texts("lan")).count(news(house)) == 3 * MOST // 2


async def test_a_due_event_that_cannot_be_heard_harms_no_update(house, faulty):
    await house.say("lan", "menu")
    await due(house, "lan", "notified", NEWS | {"break": True})
    await due(house, "lan", "notified")
    heard = await house.batch(house.line("minh", "menu"), house.line("lan", "menu"))
    assert [good(one).route for one in heard] == ["menu", "menu"]
    assert [one.raw["event"] for one in await asides(house)] == ["notified"]
    assert (await house.texts("lan")).count(news(house)) == 1
    assert await house.count("events") == 0


# -- floods


async def test_a_flood_is_slowed_in_order_nothing_lost_and_told_once(paced):
    house = paced
    await house.say("lan", *BEGUN)
    house.pass_(minutes=2)
    lines = ["lúa gạo", *(str(n) if n % 2 else "quay lại" for n in range(1, 80))]
    heard = [good(one) for one in await house.batch(*(house.line("lan", words) for words in lines))]
    assert [bool(one.messages) for one in heard] == [True] * 30 + [True] + [False] * 49
    assert SLOWED in heard[30].messages[0].text.plain
    assert await house.answers("lan") == {"sector": "rice", "employees": 29}
    for second in range(1, 101):
        house.pass_(seconds=1)
        await house.batch()
        expected = min(79, 29 + second // 2)
        assert (await house.answers("lan"))["employees"] == (expected if expected % 2 else expected - 1)
    assert await house.answers("lan") == {"sector": "rice", "employees": 79}
    assert sum(SLOWED in words for words in await house.texts("lan")) == 1
    assert await house.count("events") == 0


async def test_a_new_line_never_overtakes_what_waits_not_even_after_a_restart(paced):
    house = paced
    await house.say("lan", *BEGUN)
    house.pass_(minutes=2)
    lines = ["lúa gạo", *(str(n) if n % 2 else "quay lại" for n in range(1, 40))]
    await house.batch(*(house.line("lan", words) for words in lines))
    await house.storage.close()
    await house.open()
    await house.batch(house.line("lan", "quay lại"), house.line("lan", "500"))
    assert (await house.answers("lan"))["employees"] == 29, "it waits its turn"
    for _ in range(40):
        house.pass_(seconds=1)
        await house.batch()
    assert (await house.answers("lan"))["employees"] == 500
    assert sum(SLOWED in words for words in await house.texts("lan")) == 1


async def test_a_flood_harms_nobody_else(paced):
    house = paced
    flood = [house.line("lan", "menu") for _ in range(60)]
    heard = await house.batch(*flood, *(house.line(f"p{n}", "menu") for n in range(40)))
    assert all(good(one).route == "menu" for one in heard[60:])


async def test_over_an_hours_worth_is_not_taken_and_may_come_again_with_the_same_receipt(paced):
    house = paced
    refused = []
    for _ in range(25):
        lines = [house.line("lan", "menu") for _ in range(99)]
        *heard, other = await house.batch(*lines, house.line("minh" + lines[0].receipt, "menu"))
        assert good(other).route == "menu"
        refused += [line for line, one in zip(lines, heard, strict=True) if isinstance(one, Flooded)]
    waiting = await house.count("events")
    assert 30 * 60 <= waiting <= 30 * 60 + 100
    assert len(refused) == 25 * 99 - waiting - 30
    house.pass_(hours=2)
    while await house.count("events"):
        await house.batch()
    (heard,) = await house.batch(refused[0])
    assert good(heard).new
    assert good(heard).messages


async def test_a_batch_that_fails_takes_nothing_of_the_pace(paced, monkeypatch):
    house = paced
    lines = [house.line("lan", "menu") for _ in range(30)]
    with monkeypatch.context() as patch:
        patch.setattr(rounds.Batch, "close", _full)
        for _ in range(5):
            with pytest.raises(Full):
                await house.batch(*lines)
    assert all(good(one).messages for one in await house.batch(*lines))


async def test_a_repeated_receipt_takes_nothing_of_the_pace(paced):
    house = paced
    line = house.line("lan", "menu")
    for _ in range(100):
        await house.batch(line)
    assert await house.count("events") == 0


async def test_a_held_line_that_cannot_be_heard_is_set_aside_and_its_sender_told(paced, faulty):
    house = paced
    await house.batch(
        *(house.line("lan", "menu") for _ in range(30)), house.line("lan", "hỏng"), house.line("lan", "menu")
    )
    house.pass_(minutes=1)
    await house.batch()
    assert [one.raw for one in await asides(house)] == [{"event": "said", "data": {"text": "hỏng"}}]
    texts = await house.texts("lan")
    assert sum(SORRY in words for words in texts) == 1
    assert await house.count("events") == 0


async def test_the_clock_is_called_when_something_is_held(paced):
    called = []
    paced.conversation.held = lambda: called.append(1)
    await paced.batch(*(paced.line("lan", "menu") for _ in range(31)))
    assert called == [1]


def test_who_types_a_little_too_fast_is_told_once_until_a_quiet_minute():
    flood, where, now = Flood(30), Address("web", "web", "lan"), HearingHouse.now
    told = []
    for step in range(400):
        taken: dict = {}
        at = now + timedelta(seconds=1.5 * step)
        wait = flood.take(where, at, taken)
        flood.keep(taken, at)
        told += [step] if wait and wait.first else []
    assert len(told) == 1
    assert not flood.full(where, now + LONGEST)


async def test_the_web_answers_a_flood_with_429_and_a_clear_sentence(tmp_path, database_url):
    house = await WebHouse(tmp_path, database_url).open()
    house.conversation.flood, house.conversation._recalled = Flood(1), True
    try:
        async with Browser(house) as browser:
            answers = [await browser.say("said", text="menu") for _ in range(70)]
        statuses = [answer.status_code for answer in answers]
        assert statuses[0] == 204
        assert statuses[-1] == 429
        assert "sẽ tự gửi dần" in answers[-1].json()["error"]
    finally:
        await house.close()


def test_an_incoming_is_a_value():
    assert Incoming(address("lan"), "1", Event("said", HearingHouse.now)) == Incoming(
        address("lan"), "1", Event("said", HearingHouse.now)
    )

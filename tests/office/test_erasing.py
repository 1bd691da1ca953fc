"""Everything somebody ever typed is seeded into every table as a word of its own. After a deletion none of the words is
found anywhere, but in what the person was told would stay."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.channel import Address
from bot.flows.values import Message, Text
from bot.office import erasing, requests
from storage.consents import Consent
from storage.events import Due
from storage.files import File
from storage.letters import Posting
from storage.organisations import Member, Organisation
from storage.submissions import Submission
from storage.tables import (
    attendees,
    case_events,
    cases,
    classes,
    documents,
    metadata,
    people,
    set_aside,
    talk_lines,
    talks,
)

WORD = "xqz{}xqz"  # nobody types it by chance


class Seeds:
    """A new word for each place, by the place's name."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def __getitem__(self, place: str) -> str:
        return self.words.setdefault(place, WORD.format(place.replace(".", "_")))


@pytest.fixture
def seeds() -> Seeds:
    return Seeds()


async def found(store, seeds) -> set[str]:
    """The places whose words stand anywhere in the database."""
    text = "\n".join([line async for line in _lines(store)])
    return {place for place, word in seeds.words.items() if word in text}


async def _lines(store) -> AsyncIterator[str]:
    for table in metadata.sorted_tables:
        if table.name == "releases":  # content, which nobody types in a chat
            continue
        for row in await store.connection.execute(select(table)):
            yield json.dumps([str(value) for value in row], ensure_ascii=False)


async def person_at(store, now, name="Lan", shown=""):
    address = Address("web", "web", name)
    return (await store.people.resolve([address], now, {address: shown} if shown else {}))[address]


def answers(seeds, where, **more):
    typed = {name: seeds[f"{where}.{name}"] for name in ("unit_name", "tax_code", "contact_name", "phone")}
    counted = {"sector": "rice", "employees": 25, "needs": ["barcode"], "commune": {"code": "30307", "name": "x"}}
    words = {"expectation": seeds[f"{where}.expectation"], "training_topics.other": seeds[f"{where}.other"]}
    strange = {"sector_old": seeds[f"{where}.of_another_release"], "barcode_now": seeds[f"{where}.no_option"]}
    return typed | counted | words | strange | {"size": "micro"} | more


async def send(store, person, run, given, now, organisation=None, release=""):
    one = Submission(
        person.id, run, "needs_survey", release, given, "web", now, now, organisation_id=organisation
    )  # fmt: skip
    return await store.submissions.send(one, now)


async def case(store, number, organisation, submission, person, now, closed=None):
    row = {"number": number, "organisation_id": organisation, "submission_id": submission, "person_id": person.id}
    state = {"support": number, "state": "received", "stage": "received", "staged_at": now, "opened_at": now}
    made = await store.connection.execute(insert(cases).returning(cases.c.id), row | state | {"closed_at": closed})
    return made.scalar_one()


async def klass(store, title, ends, now):
    row = {"kind": "class", "title": title, "groups": [], "starts_at": ends - timedelta(hours=3), "ends_at": ends}
    rest = {"closes_at": now, "seats": 20, "state": "open", "made_at": now}
    return (await store.connection.execute(insert(classes).returning(classes.c.id), row | rest)).scalar_one()


async def attend(store, klass, person, seeds, where, now):
    row = {"class_id": klass, "person_id": person.id, "name": seeds[f"{where}.name"], "phone": seeds[f"{where}.phone"]}
    rest = {"position": seeds[f"{where}.position"], "state": "seated", "code": f"CODE{klass}", "at": now}
    await store.connection.execute(insert(attendees), row | rest)


async def everything(store, seeds, now):
    """A person with something in every table that is about persons; no open case, no class to come."""
    person = await person_at(store, now, shown=seeds["address"])
    await store.people.tell(person.id, {"contact_name": seeds["profile"]})
    alone = await store.organisations.add(Organisation(seeds["alone"], now, "", "a", "household", "30307"))
    await store.organisations.tell(alone, {"key_products": seeds["alone.profile"]})
    await store.organisations.put(Member(alone, person.id, "member", now))
    await send(store, person, 1, answers(seeds, "survey"), now, organisation=alone)
    draft = Submission(person.id, 2, "needs_survey", "", {"unit_name": seeds["draft"]}, "web", now, now)
    await store.submissions.keep([draft])
    kept = await store.organisations.add(Organisation(seeds["kept_organisation"], now, "0123456787", "k"))
    await store.organisations.tell(kept, {"key_products": seeds["kept_organisation.profile"]})
    await store.organisations.put(Member(kept, person.id, "member", now))
    file = seeds["application.file"]
    sent = await send(store, person, 3, answers(seeds, "application", paper=[{"file": file}]), now, kept)
    old = await case(store, "AG-2026-00001", kept, sent, person, now, closed=now)
    await store.connection.execute(
        insert(case_events), {"case_id": old, "at": now, "name": "noted", "person_id": person.id, "data": {"n": 1}}
    )
    for name, words in (("kept_file", seeds["document.name"]), ("lost_file", seeds["file.name"])):
        await store.files.receive(File(name, person.id, words, now))
    handed = {"case_id": old, "title": "Giấy", "state": "handed", "file_id": "kept_file", "person_id": person.id}
    await store.connection.execute(insert(documents), handed | {"asked_at": now})
    await attend(store, await klass(store, "Lớp Ví Dụ", now - timedelta(days=1), now), person, seeds, "past", now)
    talk = {"person_id": person.id, "state": "open", "opened_at": now, "ends_at": now}
    made = (await store.connection.execute(insert(talks).returning(talks.c.id), talk)).scalar_one()
    official = await store.officials.add("Cán bộ thử nghiệm", "official", now)
    said = {"talk_id": made, "at": now}
    lines = [
        said | {"text": seeds["talk"], "official_id": None},
        said | {"text": seeds["answer"], "official_id": official},
    ]
    await store.connection.execute(insert(talk_lines), lines)
    await store.watches.add(person.id, [seeds["watch"]], now)
    message = Message(Text(seeds["letter"]))
    await store.letters.post([Posting(person.address_id, "web", kind, message) for kind in ("reply", "notice")], now)
    other = await person_at(store, now, "Official")
    told = Posting(other.address_id, "web", "notice", Message(Text(seeds["told"])), mentions=(person.id,))
    await store.letters.post([told], now)
    await store.events.add([Due(person.id, "held", now, {"text": seeds["event"]})], now)
    await store.consents.record([Consent(person.id, "request", granted=True, text="Ví dụ", channel="web", at=now)])
    await store.tokens.issue("upload", "t", now, person_id=person.id, data={"words": seeds["token"]})
    aside = {"channel": "web", "account": "web", "native": "Lan", "receipt": "1", "raw": {"t": seeds["aside"]}}
    await store.connection.execute(insert(set_aside), aside | {"error": "E", "at": now})
    await store.sessions.keep({person.id: {"format": 1, "draft": seeds["session"]}})
    return person


STAYS = {"kept_organisation", "kept_organisation.profile", "document.name", "application.unit_name", "application.tax_code", "application.file",
         "application.expectation", "application.other", "application.no_option", "application.of_another_release"}  # fmt: skip


async def test_nothing_typed_is_found_but_what_stays_by_name(desk, seeds):
    async with desk.storage.write() as store:
        person = await everything(store, seeds, desk.at)
        await requests.note(store, desk.current, person.id, "correct", desk.at, words=seeds["request"])
        assert await found(store, seeds) == set(seeds.words)
        ties = await erasing.erase(store, desk.current, person.id, "web", desk.at)
        assert (ties.cases, ties.classes, ties.closed) == ((), (), ("AG-2026-00001",))
        assert await found(store, seeds) <= STAYS
        assert await found(store, seeds) >= {"kept_organisation", "document.name", "application.unit_name"}


async def _about(store, person_id) -> set[str]:
    """The tables with a row that names the person."""
    named = set()
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is people.c.id for key in column.foreign_keys):
                rows = await store.connection.execute(select(column).where(column == person_id).limit(1))
                named |= {table.name} if rows.first() else set()
    return named


async def test_no_table_names_them_any_more(desk, seeds):
    every = {table.name for table in metadata.sorted_tables for key in table.foreign_keys if key.column is people.c.id}
    async with desk.storage.write() as store:
        person = await everything(store, seeds, desk.at)
        await requests.note(store, desk.current, person.id, "correct", desk.at, words=seeds["request"])
        assert await _about(store, person.id) == every - {"chats"}, "a table that nobody thought of"
        await erasing.erase(store, desk.current, person.id, "web", desk.at)
        assert await _about(store, person.id) == {"addresses", "consents"}
        assert await store.people.told(person.id) == {}


async def test_what_counts_stays_and_is_nobodys(desk, seeds):
    async with desk.storage.write() as store:
        person = await everything(store, seeds, desk.at)
        await erasing.erase(store, desk.current, person.id, "web", desk.at)
        survey, application = [one async for one in store.submissions.stream("needs_survey", "sent")]
        assert survey.answers == {
            "sector": "rice", "employees": 25, "needs": ["barcode"], "commune": {"code": "30307", "name": "x"}, "size": "micro",
        }  # fmt: skip
        assert (survey.organisation_id, application.organisation_id is None) == (None, False)
        assert person.id not in (survey.person_id, application.person_id)
        assert await store.submissions.of_person(person.id) == []
        assert await store.people.addresses(application.person_id) == []
        assert await store.consents.current(person.id) == {"request": False}
        assert len(await store.consents.history(person.id)) == 2
        kept, lost = await store.files.get("kept_file"), await store.files.get("lost_file")
        assert (kept.person_id, lost) == (application.person_id, None)


async def test_what_binds_stays_until_it_ends(desk, seeds):
    """An open case keeps the application, its organisation and its person; a class to come whoever goes there."""
    async with desk.storage.write() as store:
        person = await person_at(store, desk.at)
        number = await store.organisations.add(Organisation("Cơ sở Ví Dụ", desk.at, "0123456787", "c"))
        await store.organisations.put(Member(number, person.id, "member", desk.at))
        sent = await send(store, person, 1, answers(seeds, "bound"), desk.at, number)
        opened = await case(store, "AG-2026-00007", number, sent, person, desk.at)
        coming = await klass(store, "Lớp sắp học Ví Dụ", desk.at + timedelta(days=4), desk.at)
        await attend(store, coming, person, seeds, "coming", desk.at)
        all_words = await found(store, seeds)
        ties = await erasing.erase(store, desk.current, person.id, "web", desk.at)
        assert (ties.cases, [title for title, _ in ties.classes]) == (("AG-2026-00007",), ["Lớp sắp học Ví Dụ"])
        assert await found(store, seeds) == all_words
        await requests.note(store, desk.current, person.id, "delete", desk.at, "waiting")
    desk.pass_(days=5)
    async with desk.storage.write() as store:
        await erasing.finish(store, desk.current, desk.at)
        assert len(await store.requests.waiting()) == 1  # the class is over, the case is not
        await store.connection.execute(cases.update().where(cases.c.id == opened).values(closed_at=desk.at))
        later = Submission(person.id, 2, "needs_survey", "", {"unit_name": "sau này"}, "web", desk.at, desk.at)
        await store.submissions.keep([later])
        await erasing.finish(store, desk.current, desk.at)
        assert await store.requests.waiting() == []
        assert await store.requests.open() == []  # nobody has to answer what is done
        left = await found(store, seeds)
        assert {"bound.unit_name", "bound.tax_code"} <= left
        assert not left & {"bound.contact_name", "bound.phone", "coming.name", "coming.phone", "coming.position"}
        assert await store.organisations.of_person(person.id) == []
        assert [one.answers for one in await store.submissions.of_person(person.id)] == [{"unit_name": "sau này"}]
        (told,) = await store.events.due(desk.at)
        assert (told.person_id, told.data["text"]) == (person.id, "my_data.deleted_rest")


async def test_others_are_left_alone(desk, seeds):
    async with desk.storage.write() as store:
        other = await person_at(store, desk.at, "Mai", "Mai Ví Dụ")
        shared = await store.organisations.add(Organisation("HTX Ví Dụ", desk.at, "", "h"))
        await store.organisations.put(Member(shared, other.id, "member", desk.at))
        mine = {"unit_name": "HTX Ví Dụ", "contact_name": "Mai Ví Dụ"}
        await send(store, other, 1, mine, desk.at, shared)
        person = await everything(store, seeds, desk.at)
        await store.organisations.put(Member(shared, person.id, "member", desk.at))
        before = await store.belongings.held(other.id)
        await erasing.erase(store, desk.current, person.id, "web", desk.at)
        assert await store.belongings.held(other.id) == before
        assert [one.person_id for one in await store.organisations.members(shared)] == [other.id]

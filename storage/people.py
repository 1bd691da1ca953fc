"""Persons and the addresses they chat from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channel import Address
from bot.flows.values import Json
from storage.portable import add, chunks, insert_new
from storage.tables import addresses, people

NOBODY: Mapping[Address, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Person:
    """Someone, at one of their addresses. `heard_at`: when this address was last heard before this call."""

    id: int
    address_id: int
    address: Address
    language: str
    name: str = ""
    unreachable: str = ""
    heard_at: datetime | None = None


a = addresses.c
ALL = select(  # in the order in which _person takes them apart
    a.id, a.person_id, a.channel, a.account, a.native, a.name, a.unreachable, a.heard_at, people.c.language
).join(people)
KNOWN = ALL.where(  # a list of whole keys would make SQLite read every address; ids within one account use the index
    addresses.c.channel == bindparam("channel"),
    addresses.c.account == bindparam("account"),
    addresses.c.native.in_(bindparam("ids", expanding=True)),
)
OF_PERSON = ALL.where(addresses.c.person_id == bindparam("person")).order_by(
    addresses.c.heard_at.desc(), addresses.c.id
)
IN_ORDER = (  # two batches that share addresses take them in one order, and cannot wait for each other
    select(addresses.c.id)
    .where(addresses.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(addresses.c.id)
    .with_for_update(key_share=True)
)
HEARD = update(addresses).where(addresses.c.id.in_(IN_ORDER)).values(heard_at=bindparam("at"), unreachable="")
PLACE = (addresses.c.id, addresses.c.channel, addresses.c.account, addresses.c.native)
NAME = update(addresses).where(addresses.c.id == bindparam("address")).values(name=bindparam("called"))
UNREACHABLE = update(addresses).where(addresses.c.id == bindparam("address")).values(unreachable=bindparam("why"))
IN_VAIN = delete(people).where(people.c.id.in_(bindparam("ids", expanding=True)))
TOLD = select(people.c.profile).where(people.c.id == bindparam("person"))
TELL = update(people).where(people.c.id == bindparam("person")).values(profile=bindparam("told"))
LANGUAGE = update(people).where(people.c.id == bindparam("person")).values(language=bindparam("spoken"))


@dataclass(frozen=True, slots=True)
class People:
    connection: AsyncConnection

    async def resolve(
        self, at_addresses: Sequence[Address], at: datetime, names: Mapping[Address, str] = NOBODY
    ) -> dict[Address, Person]:
        """Who writes from these addresses; makes those that are new, and notes that all were heard at `at`."""
        wanted = list(dict.fromkeys(at_addresses))
        known = await self.find(wanted)
        met = await self._meet([address for address in wanted if address not in known], at, names)
        await self._heard([person.address_id for person in known.values()], at)
        await self._rename(
            [person for person in known.values() if names.get(person.address, person.name) != person.name], names
        )
        return known | met

    async def find(self, at_addresses: Sequence[Address]) -> dict[Address, Person]:
        """Those of the addresses that are known."""
        found: dict[Address, Person] = {}
        for (channel, account), ids in _by_account(at_addresses).items():
            for some in chunks(ids):
                rows = await self.connection.execute(KNOWN, {"channel": channel, "account": account, "ids": some})
                found |= {person.address: person for person in map(_person, rows)}
        return found

    async def addresses(self, person_id: int) -> list[Person]:
        """The person at each of their addresses, the one last heard first."""
        rows = await self.connection.execute(OF_PERSON, {"person": person_id})
        return [_person(row) for row in rows]

    async def unreachable(self, reasons: Mapping[int, str]) -> None:
        """Address id → why nothing arrives there; hearing from it again clears that."""
        if reasons:
            rows = [{"address": place, "why": why or "unreachable"} for place, why in sorted(reasons.items())]
            await self.connection.execute(UNREACHABLE, rows)

    async def reachable(self, address_id: int) -> None:
        await self.connection.execute(UNREACHABLE, {"address": address_id, "why": ""})

    async def speak(self, person_id: int, language: str) -> None:
        """The person chose that language."""
        await self.connection.execute(LANGUAGE, {"person": person_id, "spoken": language})

    async def told(self, person_id: int) -> dict[str, Json]:
        """What the person told once, by profile name."""
        return dict(await self.connection.scalar(TOLD, {"person": person_id}) or {})

    async def tell(self, person_id: int, profile: Mapping[str, Json]) -> None:
        """What they tell now stands in place of all that they told before."""
        await self.connection.execute(TELL, {"person": person_id, "told": dict(profile)})

    async def _heard(self, ids: Sequence[int], at: datetime) -> None:
        for some in chunks(ids):
            await self.connection.execute(HEARD, {"ids": some, "at": at})

    async def _rename(self, persons: Sequence[Person], names: Mapping[Address, str]) -> None:
        rows = [{"address": person.address_id, "called": names[person.address]} for person in persons]
        if rows:
            await self.connection.execute(NAME, rows)

    async def _meet(self, new: Sequence[Address], at: datetime, names: Mapping[Address, str]) -> dict[Address, Person]:
        """Makes them; one that another process met first is that one's person. This comes before known addresses are
        marked as heard: on PostgreSQL a new row also waits for whoever is changing the old one with its key."""
        if not new:
            return {}
        new = sorted(new, key=_order)
        ids = dict(zip(new, await add(self.connection, people, [{"created_at": at} for _ in new]), strict=True))
        rows = [_row(one, person, names.get(one, ""), at) for one, person in ids.items()]
        inserted = await self.connection.execute(insert_new(self.connection, addresses).returning(*PLACE), rows)
        places = {Address(row.channel, row.account, row.native): row.id for row in inserted}
        met = {one: Person(ids[one], place, one, "", names.get(one, "")) for one, place in places.items()}
        known = [one for one in new if one not in places]
        return met | await self._met_before(known, [ids[one] for one in known]) if known else met

    async def _met_before(self, known: Sequence[Address], in_vain: Sequence[int]) -> dict[Address, Person]:
        for some in chunks(in_vain):
            await self.connection.execute(IN_VAIN, {"ids": some})
        return await self.find(known)


def _order(address: Address) -> tuple[str, ...]:
    return address.channel, address.account, address.id


def _row(address: Address, person_id: int, name: str, at: datetime) -> dict[str, Any]:
    where = {"channel": address.channel, "account": address.account, "native": address.id}
    return {"person_id": person_id, **where, "name": name, "heard_at": at}


def _by_account(at_addresses: Sequence[Address]) -> dict[tuple[str, str], list[str]]:
    accounts: dict[tuple[str, str], list[str]] = {}
    for address in at_addresses:
        accounts.setdefault((address.channel, address.account), []).append(address.id)
    return accounts


def _person(row: Any) -> Person:
    place, person, channel, account, native, name, unreachable, heard_at, language = row
    return Person(person, place, Address(channel, account, native), language, name, unreachable, heard_at)

"""A form put aside because it could not be sent: the store says whether it still cannot, whatever notices came through."""

from datetime import UTC, datetime

import pytest

from bot.channel import Address
from bot.content import load
from bot.effects import EFFECTS, Work
from storage import Storage
from storage.organisations import Member, Organisation
from storage.submissions import Submission
from tests.replay import release

BEFORE, OPEN = datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 11, 27, 2, tzinfo=UTC)
CODE = "0123456787"


@pytest.fixture
async def storage(database_url):
    opened = await Storage.open(database_url)
    yield opened
    await opened.close()


async def loaded(store, programme, form, answers, held, now=BEFORE):
    (person,) = (await store.people.resolve([Address("web", "web", "lan")], now)).values()
    await store.submissions.keep([Submission(person.id, 1, form, programme.release, answers, "web", now, now)])
    event = await EFFECTS["load_draft"](Work(store, programme, now, ""), person, {"run": 1, "held": held})
    assert event
    return person, event.data["held"]


async def test_it_is_free_once_a_call_is_open_for_one_of_its_supports(storage):
    programme = load(release("no_call"))
    form, barcode, tool = "support_application", {"supports": ["barcode", "tool"]}, {"supports": ["tool"]}
    async with storage.write() as store:
        assert (await loaded(store, programme, form, barcode, "no_call"))[1] == "no_call"
        assert (await loaded(store, programme, form, barcode, "no_call", OPEN))[1] == ""
        assert (await loaded(store, programme, form, tool, "no_call", OPEN))[1] == "no_call"
        assert (await loaded(store, programme, form, tool, ""))[1] == "", "it was never tried"


@pytest.mark.parametrize(
    ("standing", "held"), [("asked", "membership"), ("refused", "declined"), ("member", ""), ("left", "")]
)
async def test_it_is_held_as_the_person_stands_to_the_organisation_now(storage, standing, held):
    programme = load(release("known"))
    async with storage.write() as store:
        own = await store.organisations.add(Organisation("HTX Ví Dụ", BEFORE, CODE, "htx vi du", "cooperative"))
        person, _ = await loaded(store, programme, "support_wish", {"tax_code": CODE}, "membership")
        await store.organisations.put(Member(own, person.id, standing, BEFORE))
        assert (await loaded(store, programme, "support_wish", {"tax_code": CODE}, "membership"))[1] == held

"""The letter of an application is asked for in chat: its link comes to members of the organisation, and to nobody else."""

import re
from io import BytesIO
from typing import Any

from docx import Document

from bot.channel import Address
from tests.simulators.applied import applied, organisation, person_at
from tests.simulators.web_browser import Browser
from tests.simulators.web_house import WebHouse

LINK = re.compile(r"http://localhost(/download/[\w-]{43})")
NUMBERS = {"AG-2026-00042": "barcode", "AG-2026-00043": "traceability"}
SOMEBODY = Address("zalo_bot", "our bot", "somebody")


async def of_the_visitor(house: WebHouse) -> list[int]:
    """The cases of whoever has written to the chat."""
    async with house.storage.write() as store:
        person = int((await store.connection.exec_driver_sql("SELECT person_id FROM addresses")).scalar_one())
        own = await organisation(store, "HTX Ví Dụ", person, house.now())
        return await applied(store, person, own, NUMBERS, house.releases.current.release, house.now())


async def of_somebody_else(house: WebHouse) -> list[int]:
    async with house.storage.write() as store:
        person = await person_at(store, SOMEBODY, house.now())
        own = await organisation(store, "HTX Ví Dụ Khác", person, house.now())
        return await applied(store, person, own, {"AG-2026-00001": "tool"}, house.releases.current.release, house.now())


async def said(browser: Browser, kind: str, **data: Any) -> list[str]:
    """What the bot says to that, bubble by bubble."""
    before = (await browser.fetch())["messages"]
    await browser.say(kind, **data)
    after = (await browser.fetch())["messages"]
    return [one["text"] for one in after[len(before) :] if one["from"] != "me"]


async def test_a_member_gets_a_link_to_the_letter_of_their_case(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("said", text="xin chào")
        _, second = await of_the_visitor(house)
        (text,) = await said(browser, "tapped", value=f"go.document:{second}")
        assert "AG-2026-00042, AG-2026-00043" in text
        assert "7 ngày" in text
        found = LINK.search(text)
        assert found
        letter = Document(BytesIO((await browser.client.get(found[1])).content))
        assert letter.tables[0].rows[2].cells[2].text == "AG-2026-00043"


async def test_by_its_name_it_is_the_last_one_sent(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("said", text="xin chào")
        assert "chưa thấy đơn nào" in (await said(browser, "said", text="đơn để in"))[-1]
        await of_the_visitor(house)
        assert LINK.search((await said(browser, "said", text="đơn để in"))[-1])


async def test_what_is_not_one_s_own_is_as_if_it_did_not_exist(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("said", text="xin chào")
        (theirs,) = await of_somebody_else(house)
        told = [await said(browser, "tapped", value=f"go.document:{case}") for case in (theirs, theirs + 1000)]
        assert told[0] == told[1]
        assert "chưa thấy đơn nào" in told[0][0]
        async with house.storage.read() as store:
            made = (await store.connection.exec_driver_sql("SELECT count(*) FROM tokens")).scalar_one()
        assert made == 0


async def test_amid_a_form_its_question_is_put_again_once_and_after_the_link(house: WebHouse):
    async with Browser(house) as browser:
        for line in ("khảo sát", "đồng ý"):
            await browser.say("said", text=line)
        first, _ = await of_the_visitor(house)
        link, question = await said(browser, "tapped", value=f"go.document:{first}")
        assert LINK.search(link)
        assert "Đơn vị của anh/chị hoạt động chính trong lĩnh vực nào?" in question
        assert "hoạt động chính" not in link
        await browser.say("said", text="gạo")
        assert "Câu 2/15" in (await browser.texts())[-1]

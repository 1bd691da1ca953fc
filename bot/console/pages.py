"""The overview, the chat code, announcements, and updates that were set aside."""

from __future__ import annotations

import json

from starlette.responses import Response

from bot.console import view
from bot.console.desk import Visit
from bot.flows.programme import words
from bot.office import broadcasts, officials, submissions

RECENT, PAGE = 3, 20


async def home(visit: Visit) -> Response:
    """What is waiting, and the button for a chat code."""
    console = visit.console
    forms = console.programme().forms
    async with console.storage.read() as store:
        counts = await submissions.counts(store, forms)
        recent = await broadcasts.outcomes(store, RECENT)
        aside = bool(await store.receipts.aside(1)) and visit.official.role == "admin"
    titles = {id_: words(form.title, visit.language) for id_, form in forms.items()}
    return view.page(visit, "home.html", counts=counts, titles=titles, recent=recent, aside=aside)


async def chat_code(visit: Visit) -> Response:
    """Shows a new code once; the store keeps only its hash."""
    async with visit.console.storage.write() as store:
        code = await officials.code(store, visit.official, visit.console.now())
    return view.page(visit, "code.html", code=f"{code[:4]}-{code[4:]}")


async def broadcast_list(visit: Visit) -> Response:
    async with visit.console.storage.read() as store:
        found = await broadcasts.outcomes(store, PAGE + 1, visit.number("after"))
    after = found[PAGE - 1].broadcast.id if len(found) > PAGE else None
    return view.page(visit, "broadcasts.html", found=found[:PAGE], after=after, paged=visit.number("after"))


async def aside_list(visit: Visit) -> Response:
    """When and what kind; what people wrote stands only on the page of each."""
    async with visit.console.storage.read() as store:
        found = await store.receipts.aside(PAGE + 1, visit.number("after"))
    after = found[PAGE - 1].id if len(found) > PAGE else None
    return view.page(visit, "aside.html", found=found[:PAGE], after=after, paged=visit.number("after"))


async def one_aside(visit: Visit) -> Response:
    async with visit.console.storage.write() as store:
        found = await store.receipts.one_aside(visit.number("number") or 0)
        if found is None:
            return view.message(visit, "missing", 404)
        await store.officials.note(visit.official.id, "read_set_aside", f"set_aside {found.id}", visit.console.now())
    return view.page(visit, "one_aside.html", found=found, raw=json.dumps(found.raw, ensure_ascii=False, indent=2))

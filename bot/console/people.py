"""Officials: who may come in, a link for each, and a lock. For administrators."""

from __future__ import annotations

from starlette.responses import Response

from bot.console import sign_in, view
from bot.console.desk import Visit
from bot.office import officials
from storage.officials import Official, Role

LIST = "/console/officials"


async def listing(visit: Visit) -> Response:
    return await _list(visit)


async def invite(visit: Visit) -> Response:
    """A link for somebody new; somebody of that name and role who is there already gets another."""
    name, role = visit.form.get("name", "").strip(), _role(visit.form.get("role", ""))
    if not name or len(name) > officials.LONGEST_NAME or role is None:
        return await _list(visit, refused=True)
    async with visit.console.storage.write() as store:
        token = await officials.invite(store, role, name, visit.console.now(), visit.official)
    return _link(visit, name, role, token)


async def renew(visit: Visit) -> Response:
    """Another link for somebody who is there already."""
    async with visit.console.storage.write() as store:
        official = await store.officials.get(visit.number("number") or 0)
        if official is None or official.disabled_at:
            return view.message(visit, "missing", 404)
        token = await officials.renew(store, official.id, visit.console.now(), visit.official)
    return _link(visit, official.name, official.role, token)


async def disable(visit: Visit) -> Response:
    async with visit.console.storage.write() as store:
        done = await officials.disable(store, visit.number("number") or 0, visit.official, visit.console.now())
    return sign_in.go(LIST) if done else view.message(visit, "missing", 404)


async def enable(visit: Visit) -> Response:
    async with visit.console.storage.write() as store:
        done = await officials.enable(store, visit.number("number") or 0, visit.official, visit.console.now())
    return sign_in.go(LIST) if done else view.message(visit, "missing", 404)


async def _list(visit: Visit, *, refused: bool = False) -> Response:
    async with visit.console.storage.read() as store:
        found: list[Official] = await store.officials.all()
    found.sort(key=lambda official: official.disabled_at is not None)
    return view.page(visit, "officials.html", 422 if refused else 200, found=found, refused=refused)


def _link(visit: Visit, name: str, role: Role, token: str) -> Response:
    return view.page(visit, "link.html", link=f"{visit.url}{sign_in.SIGN_IN}/{token}", name=name, role=role)


def _role(given: str) -> Role | None:
    return next((role for role in officials.ROLES if role == given), None)

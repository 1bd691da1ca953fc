"""Who may come in and as what: one-time sign-in links, console sessions, and the codes that bind a chat.

A door opens once and only its hash is kept; whoever is refused learns nothing about why.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import get_args

from bot.office import inbox
from storage import Store
from storage.officials import Official, Role

ROLES: tuple[Role, ...] = get_args(Role)
INVITE_STANDS = timedelta(hours=48)
SESSION_STANDS = timedelta(hours=12)
CODE_STANDS = timedelta(minutes=10)
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else: no 0 O, 1 I L
CODE_LENGTH = 8
WRONG_CODES, WRONG_CODES_STAND = 5, timedelta(hours=1)
LONGEST_NAME = 100


async def invite(store: Store, role: Role, name: str, now: datetime, by: Official | None = None) -> str:
    """A one-time sign-in token (256 bits) for a new official.

    An official of that name and role who is already there gets another link instead, which is how one signs in again.
    `by`: who asked in the console;
    None is the operator. ValueError for a role that does not exist, or a name over 100 characters.
    """
    name = " ".join(name.split())
    if role not in ROLES or len(name) > LONGEST_NAME:
        raise ValueError(f"no such role, or a name too long: {role!r}, {name[:20]!r}")
    known = [one.id for one in await store.officials.all() if name and _same(one, name, role)]
    return await renew(store, known[0] if known else await store.officials.add(name, role, now), now, by)


async def renew(store: Store, official_id: int, now: datetime, by: Official | None = None) -> str:
    """Another one-time sign-in token for somebody who is already an official; earlier ones open nothing any more."""
    await store.tokens.revoke(official_id, now, "invite")
    token = secrets.token_urlsafe(32)
    await store.tokens.issue("invite", token, now + INVITE_STANDS, official_id=official_id)
    await store.officials.note(by.id if by else None, "invited", f"official {official_id}", now)
    return token


async def sign_in(store: Store, token: str, now: datetime) -> str | None:
    """Spends an invitation; the session's token, or None if it is unknown, spent, expired, or its official disabled."""
    invitation = await store.tokens.spend("invite", token, now)
    official = await _active(store, invitation.official_id if invitation else None)
    if official is None:
        return None
    session = secrets.token_urlsafe(32)
    await store.tokens.issue("sign_in", session, now + SESSION_STANDS, official_id=official.id)
    await store.officials.note(official.id, "signed_in", "", now)
    return session


async def signed_in(store: Store, session: str, now: datetime) -> Official | None:
    """Whose session that is."""
    token = await store.tokens.find("sign_in", session, now)
    return await _active(store, token.official_id if token else None)


async def sign_out(store: Store, session: str, now: datetime) -> None:
    await store.tokens.spend("sign_in", session, now)


async def disable(store: Store, official_id: int, by: Official, now: datetime) -> bool:
    """Closes every door of that official, sessions and bound chats too; False for oneself, so that an admin remains."""
    if official_id == by.id or await store.officials.get(official_id) is None:
        return False
    await store.officials.disable(official_id, now)
    await store.tokens.revoke(official_id, now)
    await inbox.release(store, official_id, now)
    await store.officials.note(by.id, "disabled", f"official {official_id}", now)
    return True


async def enable(store: Store, official_id: int, by: Official, now: datetime) -> bool:
    """Lets somebody in again who was disabled: with a new link; bound chats count again. False if there is no such one."""
    official = await store.officials.get(official_id)
    if official is None or official.disabled_at is None:
        return False
    await store.officials.disable(official_id, None)
    await store.officials.note(by.id, "enabled", f"official {official_id}", now)
    return True


async def code(store: Store, official: Official, now: datetime) -> str:
    """A code for `/canbo CODE` in a chat: ten minutes, once; an earlier one opens nothing any more."""
    await store.tokens.revoke(official.id, now, "chat_code")
    made = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    await store.tokens.issue("chat_code", made, now + CODE_STANDS, official_id=official.id)
    return made


async def bind(store: Store, person_id: int, typed: str, now: datetime) -> Official | None:
    """Binds the person's chat to the official whose code that is; None if it is nobody's.

    After five wrong codes within an hour the person's codes are all wrong, the right one too (and it stays unspent).
    """
    if await store.tokens.count("wrong_code", person_id, now) >= WRONG_CODES:
        return None
    shown = await store.tokens.spend("chat_code", _as_shown(typed), now)
    official = await _active(store, shown.official_id if shown else None)
    if official is None:
        await store.tokens.issue("wrong_code", secrets.token_hex(16), now + WRONG_CODES_STAND, person_id=person_id)
        return None
    await store.officials.bind(person_id, official.id, now)
    await store.officials.note(official.id, "bound", f"person {person_id}", now)
    return official


async def _active(store: Store, official_id: int | None) -> Official | None:
    official = None if official_id is None else await store.officials.get(official_id)
    return official if official and official.disabled_at is None else None


def _same(official: Official, name: str, role: Role) -> bool:
    return (official.name, official.role, official.disabled_at) == (name, role, None)


def _as_shown(typed: str) -> str:
    """As people copy it: small letters, blanks and hyphens between."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())

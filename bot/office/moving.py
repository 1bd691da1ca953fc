"""Going on in another chat: a code of ten minutes that works once. Whoever guesses is told nothing, and soon not heard."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from storage import Store

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as a digit or as another letter: no I, L, O
LENGTH = 8
STANDS = timedelta(minutes=10)
WRONG, WRONG_STAND = 5, timedelta(hours=1)


async def code(store: Store, person_id: int, now: datetime) -> str:
    """A code for `/tiep CODE` in another chat; an earlier one opens nothing any more. "" for an official's chat, which is
    bound by the console's own code."""
    if await store.belongings.official(person_id):
        return ""
    await store.tokens.withdraw(person_id, now, "move")
    made = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    await store.tokens.issue("move", made, now + STANDS, person_id=person_id)
    return made


async def heir(store: Store, person_id: int, typed: str, now: datetime) -> int | str:
    """Whose code that is; else why it opens nothing here: `unknown` (wrong, spent or too old; or too many wrong ones),
    `official`, `same`. One that opens nothing is not spent."""
    if await store.belongings.official(person_id):
        return "official"
    if await store.tokens.count("wrong_move", person_id, now) >= WRONG:
        return "unknown"
    shown = "".join(sign for sign in typed.upper() if sign.isalnum())
    found = await store.tokens.find("move", shown, now)
    if found is None or found.person_id is None:
        await store.tokens.issue("wrong_move", secrets.token_hex(16), now + WRONG_STAND, person_id=person_id)
        return "unknown"
    if found.person_id == person_id:
        return "same"
    if await store.belongings.official(found.person_id):
        return "official"
    spent = await store.tokens.spend("move", shown, now)
    return found.person_id if spent else "unknown"

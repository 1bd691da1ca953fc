"""The child that run.py starts: reads its order from standard input, and from the database; else says what kind of error it was, and exits with 1."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from bot.content import from_bytes, load
from bot.flows.programme import Programme
from bot.office.exports.files import export_csv
from bot.office.exports.run import Order
from storage import Storage

POLITE = 10  # below the process that chats


async def main(order: Order) -> None:
    storage = await Storage.open(order.database_url)

    async def release(hash: str) -> Programme:
        async with storage.read() as store:
            found = await store.releases.load(hash)
        if found is None:
            raise LookupError(f"release {hash[:12]} is not in the database any more")
        return load(from_bytes(found.bundle))

    try:
        await export_csv(storage, release, order.form, Path(order.out), codes=order.codes)
    finally:
        await storage.close()


if __name__ == "__main__":
    os.umask(0o077)  # for its owner alone
    os.nice(POLITE)
    try:
        asyncio.run(main(Order(**json.load(sys.stdin))))
    except Exception as error:  # noqa: BLE001  the parent is told its kind, and nobody's data
        sys.stdout.write(type(error).__name__)
        sys.exit(1)

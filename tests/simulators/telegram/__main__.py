"""`python -m tests.simulators.telegram --port 8081`: the server in a process of its own, until it is ended."""

from __future__ import annotations

import argparse
import asyncio

from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.limits import Limits
from tests.simulators.telegram.server import TOKEN, TelegramServer


async def serve(arguments: argparse.Namespace) -> None:
    rates = {"*": dict.fromkeys(("error", "drop", "drop_after", "flood"), arguments.faults / 4)}
    faults = Faults(seed=arguments.seed, rates=rates if arguments.faults else {})
    server = TelegramServer(arguments.token, Limits(rate=arguments.rate), faults)
    await server.start(arguments.port)
    print(server.url, flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--rate", type=int, default=30, help="messages in any sliding second; 0: no limit")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that fail")
    parser.add_argument("--seed", type=int, default=0)
    try:
        asyncio.run(serve(parser.parse_args()))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()

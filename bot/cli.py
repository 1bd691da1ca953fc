"""The `nhipcau` command: reads arguments and settings, calls one function of app, prints what people need to know."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from bot import app
from bot.content import ContentProblems, report
from bot.settings import Settings
from storage import StorageError

PRIVATE = 0o077  # what this process writes holds people's data: its owner alone reads it


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit status."""
    os.umask(PRIVATE)
    chosen = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):  # never the value: it may be a secret
            print(f"NHIPCAU_{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}", file=sys.stderr)
        return 2
    _log(settings.log_level)
    try:
        return int(COMMANDS[chosen.command](settings, chosen) or 0)
    except ContentProblems as error:
        print(report(error.problems), file=sys.stderr)
    except (StorageError, app.Unusable) as error:
        print(f"nhipcau: {error}", file=sys.stderr)
    except OSError as error:
        print(f"nhipcau: {': '.join(str(part) for part in (error.filename, error.strerror) if part)}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _log(level: str) -> None:
    """Other packages say nothing below INFO: what they write for their own authors holds people's words."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger().setLevel(max(logging.INFO, logging.getLogger().level))
    for room in ("bot", "storage"):
        logging.getLogger(room).setLevel(level)


def run(settings: Settings, chosen: argparse.Namespace) -> None:
    with asyncio.Runner(loop_factory=app.fast_loop) as runner:
        runner.run(app.serve(settings, _say_where))


def _say_where(settings: Settings) -> None:
    print(f"Web chat:         {settings.url}/")
    print(f"Console sign-in:  {settings.url}/console/sign-in   (first official: nhipcau invite admin)")
    print(f"Data folder:      {settings.data_dir.resolve()}", flush=True)


def talk(settings: Settings, chosen: argparse.Namespace) -> None:
    logging.getLogger().setLevel(logging.ERROR)  # standard output and the person's eyes belong to the conversation
    asyncio.run(app.talk(settings, keep=chosen.keep, language=chosen.lang, as_json=chosen.json))


def check(settings: Settings, chosen: argparse.Namespace) -> int:
    problems = app.check(settings)
    print(report(problems) if problems else f"{settings.programme}: no problems")
    return 1 if problems else 0


def draw(settings: Settings, chosen: argparse.Namespace) -> None:
    print(app.draw(settings, chosen.form))


def migrate(settings: Settings, chosen: argparse.Namespace) -> None:
    app.migrate(settings)
    print("The database is at the current schema.")


def invite(settings: Settings, chosen: argparse.Namespace) -> None:
    print(asyncio.run(app.invite(settings, chosen.role, chosen.name)))


def export(settings: Settings, chosen: argparse.Namespace) -> None:
    count = asyncio.run(app.export(settings, chosen.form, chosen.format, chosen.out, codes=chosen.codes))
    print(f"{count} submissions written to {chosen.out}")


def demo(settings: Settings, chosen: argparse.Namespace) -> None:
    for table, count in asyncio.run(app.demo(settings, chosen.organisations)).items():
        print(f"{count:>8,} {table}")


def backup(settings: Settings, chosen: argparse.Namespace) -> None:
    app.backup(settings, chosen.file)
    print(f"Backed up to {chosen.file}")


def restore(settings: Settings, chosen: argparse.Namespace) -> None:
    app.restore(settings, chosen.file, force=chosen.force)
    print(f"Restored into {settings.data_dir}")


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], int | None]] = {
    "run": run,
    "talk": talk,
    "check": check,
    "draw": draw,
    "migrate": migrate,
    "invite": invite,
    "export": export,
    "demo": demo,
    "backup": backup,
    "restore": restore,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nhipcau", description="The chatbot of a productivity and quality programme")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="everything in one process: web chat, console, outbox, due jobs")
    talking = commands.add_parser("talk", help="the same conversation in the terminal, on a throw-away store")
    talking.add_argument("--json", action="store_true", help="one JSON line per input line")
    talking.add_argument("--lang", default="", help="the language to begin in, such as vi")
    talking.add_argument("--keep", action="store_true", help="use and keep the store in the data folder")
    commands.add_parser("check", help="loads and lints the programme's content; exit status 1 if there are problems")
    commands.add_parser("draw", help="a form as a Mermaid diagram").add_argument("form")
    commands.add_parser("migrate", help="brings the database to the current schema")
    _add_invite(commands.add_parser("invite", help="a one-time sign-in link for an official"))
    _add_export(commands.add_parser("export", help="the submissions of a form as a file"))
    making = commands.add_parser("demo", help="fills a fresh database with made-up organisations and what they ask")
    making.add_argument("--organisations", type=int, default=300, help="how many (300)")
    commands.add_parser("backup", help="database, files and key as one file, while running").add_argument(
        "file", type=Path
    )
    restoring = commands.add_parser("restore", help="the inverse of backup, into an empty data folder")
    restoring.add_argument("file", type=Path)
    restoring.add_argument("--force", action="store_true", help="replace what the data folder holds")
    return parser


def _add_invite(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("role", choices=["admin", "official", "staff"])
    parser.add_argument("--name", default="", help="whom it is for")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("form")
    parser.add_argument("--format", choices=["csv"], default="csv")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--codes", action="store_true", help="option ids instead of labels")

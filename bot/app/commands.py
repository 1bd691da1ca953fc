"""What the other commands do, each on a house that does not run."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.app.house import Unusable, build, make_data_dir, now
from bot.content import Problem, lint, load, read_bundle
from bot.content.problems import ContentProblems
from bot.flows.drawing import draw as drawn
from bot.handlers import terminal
from bot.office import documents, exports, officials
from bot.releases import Releases
from bot.settings import Settings
from storage import backup as backups
from storage import migrate as migrate_database


async def talk(settings: Settings, *, keep: bool, language: str, as_json: bool) -> None:
    """A conversation in the terminal, on a throw-away store unless `keep`."""
    with contextlib.ExitStack() as stack:
        if not keep:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            settings = settings.model_copy(update={"data_dir": folder, "database_url": type(settings.database_url)("")})
        time = terminal.Clockwork()
        house = await build(settings.model_copy(update={"flood": 0}), time.now)
        try:
            here = terminal.Terminal(
                house.storage, house.conversation, time, house.clock.tick, settings.data_dir, language
            )
            await here.talk(terminal.stdin_lines(), as_json)
        finally:
            await house.storage.close()


def check(settings: Settings) -> list[Problem]:
    """Every problem of the programme's content; its documents are tried once the forms can be loaded."""
    try:
        bundle = read_bundle(settings.content_dir, settings.programme)
        return lint.check(bundle) or documents.check(settings.content_dir, load(bundle))
    except ContentProblems as error:
        return list(error.problems)


def draw(settings: Settings, form: str) -> str:
    programme = Releases(read_bundle(settings.content_dir, settings.programme)).current
    if form not in programme.forms:
        raise Unusable(f"there is no form {form!r}; there are: {', '.join(programme.forms)}")
    return drawn(programme.forms[form], programme.languages[0])


def migrate(settings: Settings) -> None:
    make_data_dir(settings)
    migrate_database(settings.database)


async def invite(settings: Settings, role: str, name: str) -> str:
    """The sign-in link for a new official."""
    house = await build(settings)
    try:
        async with house.storage.write() as store:
            token = await officials.invite(store, role, name, now())  # type: ignore[arg-type]
    finally:
        await house.storage.close()
    return f"{settings.url}/console/sign-in/{token}"


async def export(settings: Settings, form: str, format_: str, out: Path, *, codes: bool) -> int:
    """Writes all submissions of a form; how many."""
    _check_folder(out)
    house = await build(settings)
    try:
        if form not in house.releases.current.forms:
            raise Unusable(f"there is no form {form!r}; there are: {', '.join(house.releases.current.forms)}")
        return await exports.export_csv(house.storage, house.releases.of(house.storage), form, out, codes=codes)
    finally:
        await house.storage.close()


async def demo(settings: Settings, organisations: int) -> Mapping[str, int]:
    """Fills a fresh deployment with made-up data; how many rows of what, where there are any."""
    from bot.app.demo import fill

    return {table: count for table, count in (await fill(settings, now(), organisations)).items() if count}


def backup(settings: Settings, file: Path) -> None:
    _check_folder(file)
    backups.backup(settings.database, settings.data_dir, file)


def restore(settings: Settings, file: Path, *, force: bool) -> None:
    backups.restore(file, settings.database, settings.data_dir, force=force)


def _check_folder(file: Path) -> None:
    """Before any work: where the file is to stand."""
    if not file.parent.is_dir():
        raise Unusable(f"there is no folder {file.parent}")

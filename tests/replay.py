"""Replays golden conversations (`tests/conversations/*.talk`) through the real conversation on a real store, so that
the session goes through JSON at every turn. See tests/README.md for the notation."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from bot.channel import CAPABILITIES, Address, Incoming, fit
from bot.content import Bundle, read_bundle
from bot.conversation import Conversation
from bot.due import Clock
from bot.flows.session import from_json
from bot.flows.values import Choice, Effect, Event, Json, Message
from bot.office import cases, officials
from bot.office.seats import CODE as CODE_LENGTH
from bot.releases import FORMAT, Releases
from storage import Storage, migrate
from storage.cases import Case
from storage.consents import Consent
from storage.files import File
from storage.releases import Release
from storage.submissions import Submission
from tests.simulators import applied

ROOT = Path(__file__).resolve().parent.parent
TALKS = ROOT / "tests" / "conversations"
DEFAULT = "an-giang"
BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 9 o'clock in Việt Nam
QUIET = {  # every answer does the first; the others show by what is said
    "keep_answers", "load_draft", "count_audience", "look_at_hours", "list_talks", "find_known", "name_organisation",
    "list_own", "find_waiting", "show_my_data", "find_my_profile", "weigh_deletion", "make_move_code",
    "find_cases", "find_case", "list_cases", "look_at_case", "keep_wishes",
}  # fmt: skip
SHOWN = ("purpose", "granted", "form", "run", "question", "key")
CODE = re.compile(rf"\b[{officials.ALPHABET}]{{{CODE_LENGTH}}}\b")  # of an attendee, made by chance
SWAP = ".swap"
LINK = re.compile(r"(/upload/)[\w-]{43}")  # its token is another one every time
LATER = re.compile(r"(\d+) (minute|hour|day)s? later")
SECRETS = {"‹mã›": re.compile(r"\b[A-HJKMNP-Z]{4} [A-HJKMNP-Z]{4}\b"), "‹liên kết›": re.compile(r"(?<=/download/)\S+")}
ACTS = {
    "file": re.compile(r"\(tệp (.+)\)"),
    "place": re.compile(r"\(vị trí (\S+) (\S+)\)"),
    "sticker": re.compile(r"\(nhãn dán\)"),
    "value": re.compile(r"\(nút (.+)\)"),
    "label": re.compile(r"\[(.+)\]"),
}


class Stage(Protocol):
    """Where a talk can be played; both give the lines that people then see."""

    async def say(self, line: str) -> list[str]: ...

    async def direct(self, direction: str) -> list[str]: ...


@dataclass
class Replay:
    """One conversation: feed it lines that people say and stage directions, read what came back."""

    storage: Storage
    releases: Releases
    conversation: Conversation
    clock: Clock
    now: list[datetime]
    channel: str = "web"
    person: str = "A"
    count: int = 0
    last: dict[Address, int] = field(default_factory=dict)
    shown: dict[Address, list[Choice]] = field(default_factory=dict)
    routes: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> Address:
        return Address(self.channel, self.channel, self.person)

    async def say(self, line: str) -> list[str]:
        """One line of a person → the lines that the bot's turn is written as."""
        for name, real in self.secrets.items():
            line = line.replace(name, real)
        event = Event(*self._event(line))
        if event.name == "file_ready":
            await self._arrived(str(event.data["file"]), str(event.data["name"]))
        self.count += 1
        incoming = Incoming(self.address, str(self.count), event, name=self.person if len(self.person) > 1 else "")
        (heard,) = await self.conversation.hear_batch([incoming])
        if isinstance(heard, Exception):
            raise heard
        self.routes.append(heard.route)
        return [*map(_effect, (e for e in heard.effects if e.name not in QUIET)), *await self._written(heard.messages)]

    def _event(self, line: str) -> tuple[str, datetime, dict[str, Any]]:
        now = self.now[0]
        match act(line):
            case "said", "/start":
                return "started", now, {"payload": ""}
            case "file", name:
                token = sha256(f"{self.person} {self.count} {name}".encode()).hexdigest()[:8]
                digest = {"digest": sha256(name.encode()).hexdigest()[:16]}
                return (
                    "file_ready",
                    now,
                    {"file": token, "name": name, "mime": "application/pdf", "size": 1000} | digest,
                )
            case "place", lat, lon:
                return "located", now, {"lat": float(lat), "lon": float(lon)}
            case ("sticker",):
                return "unreadable", now, {"kind": "sticker"}
            case "value", value:
                return "tapped", now, {"value": value}
            case "label", label:
                return "tapped", now, {"value": self._choice(label)}
        return "said", now, {"text": line}

    async def _arrived(self, id: str, name: str) -> None:
        """The file's row; the same name is the same contents."""
        async with self.storage.write() as store:
            person = (await store.people.resolve([self.address], self.now[0]))[self.address]
            digest = sha256(name.encode()).hexdigest()
            await store.files.receive(
                File(id, person.id, name, self.now[0], "application/pdf", 1000, digest, state="ready")
            )

    def _choice(self, label: str) -> str:
        """The value of the button shown last with that label."""
        found = [choice.value for choice in self.shown.get(self.address, []) if choice.label == label]
        assert found, f"no button [{label}] has been shown"
        return found[-1]

    async def _written(self, messages: list[Message]) -> list[str]:
        """The messages as this channel shows them. Buttons of earlier bubbles stay on the screen."""
        parts = [part for message in messages for part in fit(message, CAPABILITIES[self.channel])]
        self.shown.setdefault(self.address, []).extend(choice for part in parts for choice in part.choices)
        self.last[self.address] = await self._newest()
        return self._veiled(written(parts))

    def _veiled(self, lines: list[str]) -> list[str]:
        """What is drawn by chance stands in a talk by its name, and can be typed by it."""
        for name, shape in SECRETS.items():
            self.secrets |= dict.fromkeys([name], found[-1]) if (found := shape.findall("\n".join(lines))) else {}
            lines = [shape.sub(name, line) for line in lines]
        return lines

    async def _newest(self) -> int:
        async with self.storage.read() as store:
            person = (await store.people.find([self.address])).get(self.address)
            letters = await store.letters.latest(person.address_id, 1) if person else []
        return letters[-1].id if letters else 0

    async def unasked(self) -> list[str]:
        """What has come to this address without its asking (pulled channels only)."""
        async with self.storage.read() as store:
            person = (await store.people.find([self.address])).get(self.address)
            letters = (
                await store.letters.after(person.address_id, self.last.get(self.address, 0), 100) if person else []
            )
        parts = [letter.message for letter in letters]
        self.shown.setdefault(self.address, []).extend(choice for part in parts for choice in part.choices)
        self.last[self.address] = letters[-1].id if letters else self.last.get(self.address, 0)
        return self._veiled(written(parts))

    async def direct(self, direction: str) -> list[str]:
        """A stage direction: time passes, another person or channel, another release."""
        word, _, rest = direction.partition(" ")
        if time := passed(direction):
            self.now[0] += time
            await self.clock.tick()
        elif word == "person":
            self.person = rest
        elif word == "channel":
            self.channel = rest
        elif word == "release":
            await self.releases.publish(self.storage, release(rest, self.releases.current.id), self.now[0])
        elif word == "official":
            await self._official(rest)
        elif word == "case":
            await applies(self.storage, self.releases, self.address, rest.split(), self.now[0])
        elif word not in ("unasked", "programme"):  # the programme is chosen when the talk is opened
            raise ValueError(f"unknown stage direction: @ {direction}")
        if word in ("release", "official", "case", "programme"):
            return []
        await self.conversation.hear_batch([])  # news for somebody's session is heard at once
        return await self.unasked()

    async def _official(self, role: str) -> None:
        """Binds this person's chat to an official of that role, as a code from the console does."""
        await self.say(f"/canbo {await code(self.storage, role, self.now[0])}")


def act(line: str) -> tuple[str, ...]:
    """What a person does, by its kind, and with what."""
    found = ((kind, shape.fullmatch(line)) for kind, shape in ACTS.items())
    return next(((kind, *match.groups()) for kind, match in found if match), ("said", line))


def passed(direction: str) -> timedelta | None:
    """How much time passes by that stage direction."""
    found = LATER.fullmatch(direction)
    return timedelta(**{f"{found[2]}s": int(found[1])}) if found else None


async def applies(storage: Storage, releases: Releases, address: Address, supports: list[str], now: datetime) -> None:
    """This person has applied for these supports, with a short application for an organisation of theirs."""
    programme = releases.current
    async with storage.write() as store:
        person = (await store.people.resolve([address], now))[address]
        session = from_json((await store.sessions.load([person.id])).get(person.id, {}))
        run = session.runs + 1
        await store.consents.record([Consent(person.id, "request", True, "Đồng ý?", address.channel, now)])
        made = await applied.organisation(store, "HTX Rau Ví Dụ", person.id, now)
        answers: dict[str, Json] = {"supports": [*supports], "group": "cooperative", "unit_name": "HTX Rau Ví Dụ"}
        sent = Submission(person.id, run, "support_application", programme.release, answers, address.channel, now, now)
        number = await store.submissions.send(replace(sent, organisation_id=made), now)
        one = Case("", made, "", "", "", now, now, submission_id=number, person_id=person.id)
        await cases.apply(store, programme, one, supports, now)
        session = replace(session, turns=session.turns + 1, runs=run, waiting=None, consents={"request": True})
        session = replace(session, organisation=made, organisations=(made,))
        await store.sessions.keep({person.id: session.to_json()})


async def code(storage: Storage, role: str, now: datetime) -> str:
    """What the console shows to an official of that role, to be typed in a chat."""
    async with storage.write() as store:
        await officials.invite(store, role, "Cán bộ thử nghiệm", now)  # type: ignore[arg-type]
        (official,) = [one for one in await store.officials.all() if one.role == role]
        return await officials.code(store, official, now)


def release(name: str, programme: str = DEFAULT) -> Bundle:
    """The repository's content with the files of tests/conversations/releases/<name> laid over it."""
    bundle = content(programme)
    folder = TALKS / "releases" / name
    over = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }
    over = {path: text for path, text in over.items() if path.startswith(("common/", f"{programme}/"))}
    files = {**bundle.files, **{path: text for path, text in over.items() if not path.endswith(SWAP)}}
    for path, text in over.items():  # "<old>\n----\n<new>" of a file too long to be repeated
        if path.endswith(SWAP):
            old, new = text.split("\n----\n")
            assert old in files[path.removesuffix(SWAP)], f"{path} finds nothing to change"
            files[path.removesuffix(SWAP)] = files[path.removesuffix(SWAP)].replace(old, new)
    return Bundle(bundle.programme, files)


@cache
def content(programme: str = DEFAULT) -> Bundle:
    return read_bundle(ROOT / "content", programme)


@cache
def loaded(programme: str = DEFAULT) -> Releases:
    """The repository's content, read once: building its lexicon takes longer than any conversation."""
    return Releases(content(programme))


def programme_of(text: str) -> str:
    """The programme that a talk names in `@ programme …`, else the default one."""
    found = re.search(r"^@ programme (\S+)$", text, re.MULTILINE)
    return found[1] if found else DEFAULT


@cache
def fresh() -> bytes:
    """An empty database with all migrations, made once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "talk.sqlite3"
        migrate(f"sqlite:///{file}")
        return file.read_bytes()


async def opened(folder: Path, programme: str = DEFAULT, url: str = "") -> Replay:
    """A fresh store in that folder, or the empty database at that URL; close its storage afterwards."""
    if not url:
        file = folder / "talk.sqlite3"
        file.write_bytes(await asyncio.to_thread(fresh))
        url = f"sqlite:///{file}"
    storage = await Storage.open(url)
    releases, now, bundle = copy(loaded(programme)), [BEGIN], content(programme)
    async with storage.write() as store:
        await store.releases.keep(Release(bundle.release, FORMAT, bundle.to_bytes(), now[0]))
    conversation = Conversation(storage, releases, lambda: now[0], "https://nhipcau.example", 0)
    clock = Clock(storage, releases, folder, lambda: now[0], conversation.wake)
    return Replay(storage, releases, conversation, clock, now)


def written(messages: list[Message]) -> list[str]:
    """Messages as people read them: text, choices in brackets, a blank line between bubbles."""
    lines: list[str] = []
    for message in messages:
        lines += [""] if lines else []
        lines += LINK.sub(r"\1…", message.text.plain).split("\n")
        lines += [f"[{choice.label}]" for choice in message.choices]
    return lines


def _effect(effect: Effect) -> str:
    shown = [f"{name}={effect.data[name]}" for name in SHOWN if name in effect.data]
    answers = effect.data.get("answers")
    rest = [f"{name}: {value!r}" for name, value in answers.items()] if isinstance(answers, dict) else []
    return "\n".join([" ".join(["!", effect.name, *shown]), *(f"!   {line}" for line in rest)])


def steps(text: str) -> Iterator[tuple[str, list[str]]]:
    """(what is done, what is expected) of a talk: `# …` is a remark and belongs to what follows it."""
    doing: str = ""
    expected: list[str] = []
    for line in text.splitlines():
        if line.startswith((">", "@", "#")):
            yield doing, expected
            doing, expected = line, []
        else:
            expected.append(line)
    yield doing, expected


async def replay(talk: Stage, text: str) -> str:
    """The talk as it really goes: same inputs, today's answers. Attendees' codes stand in it as MA00001, MA00002 …, in the
    order in which they are first seen."""
    codes: dict[str, str] = {}

    def masked(found: re.Match[str]) -> str:
        return codes.setdefault(found[0], f"MA{len(codes) + 1:05}")

    out: list[str] = []
    for doing, _ in steps(text):
        if not doing:
            continue
        answer: list[str] = []
        if doing.startswith("> "):
            answer = await talk.say(_with_codes(doing[2:], codes))
        elif doing.startswith(">"):
            answer = await talk.say("")
        elif doing.startswith("@ "):
            answer = await talk.direct(doing[2:])
        answer = [CODE.sub(masked, line) for line in answer]
        out += [doing, *answer, *([""] if answer or not doing.startswith("#") else [])]
    return "\n".join(out).rstrip("\n") + "\n"


def _with_codes(line: str, codes: Mapping[str, str]) -> str:
    """What people type, with the codes as they really are."""
    for real, shown in codes.items():
        line = line.replace(shown, real)
    return line

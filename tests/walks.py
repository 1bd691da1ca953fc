"""Somebody who walks at random through every form of a programme, on the real conversation and a real store: answers,
goes back, changes, asks something else, pauses, comes from another channel, while the content changes. What they said is
known beforehand, so that what is stored can be compared with it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.channel import CAPABILITIES, Incoming, fit, units
from bot.content import Bundle
from bot.conversation import Heard
from bot.flows.engine import walking
from bot.flows.engine.eligibility import holds, unfit
from bot.flows.programme import Form, Programme, Question
from bot.flows.session import Session, from_json
from bot.flows.values import Choice, Event
from tests.replay import Replay

Given = tuple[str, dict[str, Any], Any]  # the event, its data, and the answer that it is
ASIDES = (
    "mã vạch là gì?", "điều kiện hỗ trợ thế nào?", "cảm ơn", "kinh phí bao nhiêu vậy?", "???", "👍", "x" * 3000, "<b>*a*</b>",
    "\u202eabc", "1\n2", "menu", "đổi ngôn ngữ", "tiếng Việt", "làm tiếp", "nhận tin", "dừng nhận tin", "/thongbao a", "A1",
)  # fmt: skip
OLD = ("1.sector.rice", "1.needs.=barcode", "2.x.!skip", "ok.2.yes", "go.topic.ocop:1", "go.case:1", "x")
MOVES = {
    "answer": 58, "back": 6, "skip": 5, "aside": 8, "tap": 5, "pause": 3, "change": 4, "old": 2, "release": 2, "begin": 2,
    "start": 1, "sticker": 1, "time": 1, "send": 2, "switch": 1,
}  # fmt: skip
FORM_ROUTES = "form."


MOVE_CODE = re.compile(r"\b[A-Z2-9]{4} [A-Z2-9]{4}\b")
CHANNELS = ("web", "telegram", "zalo_bot")


def begun(session: Session) -> list[tuple[int, str]]:
    """The forms in progress, each by its number."""
    return [(one.run, one.form) for one in (session.draft, *session.paused) if one]


class Stuck(AssertionError):
    """There is no way on."""


@dataclass
class Walker:
    """`given`: what was said, by run and question; `sent`: runs that were handed in."""

    replay: Replay
    chance: random.Random
    bundles: tuple[Bundle, ...]
    given: dict[int, dict[str, Any]] = field(default_factory=dict)
    sent: set[int] = field(default_factory=set)
    choices: list[Choice] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    count: int = 0
    moves: int = 0
    seen: dict[str, Programme] = field(default_factory=dict)  # every release there has been

    # -- what is there

    async def session(self) -> Session:
        self.seen[self.programme.release] = self.programme
        async with self.replay.storage.read() as store:
            person = (await store.people.find([self.replay.address])).get(self.replay.address)
            states = await store.sessions.load([person.id]) if person else {}
            self.person_id = person.id if person else 0
        return from_json(next(iter(states.values()))) if states else Session()

    @property
    def programme(self) -> Programme:
        return self.replay.releases.current

    def form(self, session: Session) -> Form:
        assert session.draft
        return self.pinned(session).forms[session.draft.form]

    def pinned(self, session: Session) -> Programme:
        assert session.draft
        return self.seen[session.draft.release]

    # -- one turn

    async def do(self, name: str, /, **data: Any) -> Heard:
        """One event; whatever it is, there is an answer that every channel can show."""
        self.count += 1
        self.steps.append(f"{name} {str(data)[:120]}")
        incoming = Incoming(self.replay.address, f"w{self.count}", Event(name, self.replay.now[0], data))
        (heard,) = await self.replay.conversation.hear_batch([incoming])
        assert isinstance(heard, Heard), heard
        for message in heard.messages:
            for can in CAPABILITIES.values():
                assert all(0 < units(part.text.plain) <= can.text for part in fit(message, can))
            assert all(len(choice.value.encode()) <= 64 for choice in message.choices)
        self.choices = [choice for message in heard.messages for choice in message.choices] or self.choices
        if not heard.messages and not (heard.route == "human" or await self._silent()):
            raise AssertionError("somebody said something and heard nothing")
        await self.holds()
        return heard

    async def _silent(self) -> bool:
        waiting = (await self.session()).waiting
        return waiting is not None and waiting.kind == "human"

    async def holds(self) -> None:
        """What the draft holds is what was said, and what is stored is what the draft holds."""
        session = await self.session()
        draft = session.draft
        if draft is None:
            return
        said = self.given.setdefault(draft.run, {})
        for name, value in draft.answers.items():
            if name in said and name not in draft.filled:
                assert said[name] == value, f"{name}: {said[name]!r} was said and {value!r} kept"
        if draft.answers:
            async with self.replay.storage.read() as store:
                kept = await store.submissions.load(self.person_id, draft.run)
            assert kept is None or dict(kept.answers) == dict(draft.answers)

    # -- what somebody does

    async def step(self) -> None:
        session = await self.session()
        kind = self.chance.choices(list(MOVES), list(MOVES.values()))[0]
        if session.waiting and kind in ("answer", "skip", "back", "change", "send"):
            kind = "tap" if self.choices else "aside"
        await ACTS[kind](self, session)

    async def answer(self, session: Session) -> None:
        if session.draft is None:
            return await self.begin(session)
        if not session.draft.asked:
            return await self.send(session)
        question = self.form(session).question(session.draft.asked)
        found = answer_to(question, session.draft.run, self.chance, self.programme)
        if found is None:
            return await self.by_hand(session, question)
        event, data, value = found
        said = self.given.setdefault(session.draft.run, {})
        for name in (question.id, f"{question.id}.other"):
            said.pop(name, None)
        await self.do(event, **data)
        waiting = (await self.session()).waiting
        if waiting and waiting.kind in ("doubtful", "meant", "candidates"):
            return  # not an answer yet
        if waiting and waiting.kind == "which_paper":
            return await self.sort(said, value)
        said[question.id] = value
        if waiting and waiting.kind == "other":
            said[f"{question.id}.other"] = words = f"Loại ví dụ {self.chance.randrange(1000)}"
            await self.do("said", text=words)
        await self.holds()
        draft = (await self.session()).draft
        assert draft, "an answer ends no form"
        assert question.id in draft.answers, f"{question.id} was answered and is not kept"

    async def sort(self, said: dict[str, Any], file: Any) -> None:
        """A file that may be any of several papers is one of them."""
        papers = [choice.value for choice in self.choices if choice.value[:3] == "ok." and "!" not in choice.value]
        chosen = self.chance.choice(papers)
        said[chosen.rpartition(".")[2]] = file
        await self.do("tapped", value=chosen)

    def _says(self, run: int, question: str, value: Any) -> None:
        said = self.given.setdefault(run, {})
        said.pop(f"{question}.other", None)
        said[question] = value

    async def by_hand(self, session: Session, question: Question) -> None:
        """A kind of question that has an answer only on the screen: a choice, or to leave it out."""
        assert session.draft
        self.given.setdefault(session.draft.run, {}).pop(question.id, None)
        shown = [choice for choice in self.choices if not choice.control]
        if question.type == "people":
            await self.people(session, question)
        elif shown:
            await self.do("tapped", value=self.chance.choice(shown).value)
        else:
            await self.do("said", text="bỏ qua")

    async def people(self, session: Session, question: Question) -> None:
        """One more, or these are all."""
        assert session.draft
        run, named = session.draft.run, session.draft.answers.get(f"{question.id}.open")
        done = f"{run}.{question.id}.!done"
        if not any(choice.value == done for choice in self.choices) or self.chance.random() < 0.3:
            number = self.chance.randrange(10_000)
            name = "".join(chr(ord("a") + int(digit)) for digit in str(number))
            return await self.do_nothing("said", text=f"Nguyễn Ví Dụ {name}, tổ trưởng, 091{number:07}")
        await self.do("tapped", value=done)
        if named:
            self._says(run, question.id, named)
        await self.holds()

    async def skip(self, session: Session) -> None:
        if session.draft and session.draft.asked:
            question = self.form(session).question(session.draft.asked)
            if question.optional:
                self._says(session.draft.run, question.id, None)
        await self.do("said", text="bỏ qua")

    async def back(self, session: Session) -> None:
        await self.do("said", text="quay lại")

    async def aside(self, session: Session) -> None:
        """Something else than an answer; at a question of free text it could be one, so only buttons are tried there."""
        question = self.form(session).question(session.draft.asked) if session.draft and session.draft.asked else None
        waits = session.waiting is not None and session.waiting.kind in ("other", "announcement")
        if waits or (
            question and question.type in ("text", "long_text", "people", "number", "rating", "choice", "choices")
        ):
            return await self.do_nothing("tapped", value="go.topic.barcode")
        await self.do_nothing("said", text=self.chance.choice(ASIDES))

    async def do_nothing(self, name: str, /, **data: Any) -> None:
        await self.do(name, **data)

    async def tap(self, session: Session) -> None:
        if not self.choices:
            return await self.aside(session)
        value = self.chance.choice(self.choices).value
        await self._forget_dropped()
        if session.draft and value.startswith(f"{session.draft.run}."):  # may be an answer: known only afterwards
            name = value.split(".")[1]
            for known in (name, f"{name}.other"):
                self.given.get(session.draft.run, {}).pop(known, None)
        await self.do("tapped", value=value)
        await self._forget_dropped()

    async def _forget_dropped(self) -> None:
        session = await self.session()
        if session.draft and session.waiting and session.waiting.kind == "blocked":  # one tap may leave supports out
            self.given.get(session.draft.run, {}).pop("supports", None)
        if session.draft and session.waiting and session.waiting.kind in ("doubtful", "candidates", "meant", "other"):
            self.given.get(session.draft.run, {}).pop(str(session.waiting.data.get("question")), None)

    async def pause(self, session: Session) -> None:
        await self.do("said", text="tạm dừng")
        if self.chance.random() < 0.7:
            await self.do("said", text="làm tiếp")

    async def change(self, session: Session) -> None:
        """At the summary, another answer to one of the questions."""
        if not session.draft or session.draft.asked or not session.draft.answers:
            return await self.aside(session)
        names = [question.id for question in walking.asked_of(self.form(session), session.draft.answers)]
        name = self.chance.choice(names)
        await self.do("tapped", value=f"{session.draft.run}.{name}.!change")
        await self.answer(await self.session())

    async def send(self, session: Session) -> None:
        if not session.draft or session.draft.asked:
            return await self.do_nothing("said", text="gửi")
        run, answers = session.draft.run, walking.pruned(self.form(session), session.draft.answers)[0]
        await self.do("said", text="gửi")
        async with self.replay.storage.read() as store:
            stored = await store.submissions.load(self.person_id, run)
        if stored and stored.state == "sent":
            self.sent.add(run)
            assert {name: stored.answers.get(name, "lost") for name in answers} == answers

    async def old(self, session: Session) -> None:
        run = session.draft.run if session.draft else 0
        value = self.chance.choice([value for value in OLD if not value.startswith(f"{run}.")])
        await self.do("tapped", value=value)

    async def release(self, session: Session) -> None:
        await self.replay.releases.publish(self.replay.storage, self.chance.choice(self.bundles), self.replay.now[0])

    async def begin(self, session: Session) -> None:
        form = self.chance.choice(sorted(name for name, form in self.programme.forms.items() if not form.hidden))
        await self.do("tapped", value=f"go.form.{form}")

    async def start(self, session: Session) -> None:
        await self.do("started", payload="")

    async def sticker(self, session: Session) -> None:
        await self.do("unreadable", kind="sticker")

    async def time(self, session: Session) -> None:
        await self.replay.direct(self.chance.choice(["20 minutes later", "4 hours later", "2 days later"]))

    async def switch(self, session: Session) -> None:
        """Goes on in another chat: all that was said is there too."""
        heard = await self.do("tapped", value="go.continue")
        code = MOVE_CODE.search("\n".join(message.text.plain for message in heard.messages))
        if code is None:
            return
        before, self.moves = await self.session(), self.moves + 1
        here = self.person_id
        self.replay.channel, self.replay.person = self.chance.choice(CHANNELS), f"chat {self.moves}"
        self.choices = []
        await self.do("said", text=f"/tiep {code[0]}")
        after = await self.session()
        assert self.person_id == here, "the chat is the same person's"
        was, now = begun(before), begun(after)
        assert [form for _, form in now] == [form for _, form in was], "nothing is lost by going on elsewhere"
        numbers = {old: new for (old, _), (new, _) in zip(was, now, strict=True)}  # so that no old button fits
        self.given = {numbers.get(run, run): said for run, said in self.given.items()}

    # -- to the end

    async def to_the_end(self, form: str) -> None:
        """From wherever one is, this form can be sent."""
        await self.do("started", payload="")
        await self.do("tapped", value=f"go.form.{form}")
        for _ in range(150):
            session = await self.session()
            if session.draft is None and session.waiting and session.waiting.kind == "offers":
                return
            if session.waiting and session.waiting.kind != "offers":
                await self.yes(session)
            elif session.draft is None:
                return
            elif session.draft.asked:
                await self.answer(session)
            elif name := self._blocking(session):
                await self.do("tapped", value=f"{session.draft.run}.{name}.!change")
                await self.answer(await self.session())
            else:
                await self.send(session)
        raise Stuck(f"{form}: {(await self.session()).draft} {self.steps[-12:]}")

    def _blocking(self, session: Session) -> str:
        """A question whose answer keeps the form from being sent, as the programme's conditions say."""
        assert session.draft
        form, answers = self.form(session), session.draft.answers
        wrong = [one for one in form.conditions if one.blocks and holds(form, one, answers) is False]
        by = {
            name for one in wrong for name in (*one.holds.names, *(["supports"] if unfit(form, one, answers) else []))
        }
        names = [question.id for question in form.questions if question.id in by]
        return self.chance.choice(names) if names else ""

    async def yes(self, session: Session) -> None:
        assert session.waiting
        kind = session.waiting.kind
        if kind in ("doubtful", "candidates", "other", "blocked"):
            await self._forget_dropped()
        shown = [choice for choice in self.choices if choice.value.startswith(f"ok.{session.waiting.turn}.")]
        if kind == "other":
            await self.do("said", text="Loại ví dụ")
        elif kind == "unfinished":
            await self.do("tapped", value=f"ok.{session.waiting.turn}.resume")
        elif shown:
            await self.do("tapped", value=shown[0].value)
        else:
            await self.do("tapped", value=f"ok.{session.waiting.turn}.yes")


ACTS: dict[str, Callable[[Walker, Session], Any]] = {
    name: getattr(Walker, name)
    for name in (
        "answer", "back", "skip", "aside", "tap", "pause", "change", "old", "release", "begin", "start", "sticker", "time",
        "send", "switch",
    )
}  # fmt: skip


def answer_to(question: Question, run: int, chance: random.Random, programme: Programme) -> Given | None:
    """A good answer to the question, and the event that gives it; None for types that only the screen can answer."""
    make = ANSWERS.get(question.type)
    return make(question, f"{run}.{question.id}.", chance, programme) if make else None


def _choice(question: Question, start: str, chance: random.Random, programme: Programme) -> Given:
    option = chance.choice(question.options).id
    return "tapped", {"value": start + option}, option


def _choices(question: Question, start: str, chance: random.Random, programme: Programme) -> Given:
    ids = [option.id for option in question.options if option.id != question.none]
    least = int(question.minimum) if isinstance(question.minimum, int | float) else 1
    most = int(question.maximum) if isinstance(question.maximum, int | float) else min(3, len(ids))
    picked = chance.sample(ids, chance.randint(min(least, len(ids)), max(least, min(most, len(ids)))))
    picked = [name for name in ids if name in picked]
    return "tapped", {"value": f"{start}={','.join(picked)}"}, picked


def _words(question: Question, start: str, chance: random.Random, programme: Programme) -> Given:
    line = f"{chance.choice(['Cơ sở', 'Tổ', 'Xưởng', 'Bà'])} Ví Dụ {chance.randrange(10_000)}"
    return "said", {"text": line}, line


def _number(question: Question, start: str, chance: random.Random, programme: Programme) -> Given:
    least = int(float(question.minimum or 0))
    return "said", {"text": str(least)}, least


def _commune(question: Question, start: str, chance: random.Random, programme: Programme) -> Given:
    unit = chance.choice(programme.communes)
    from bot.flows.understanding.places import official

    return "tapped", {"value": start + unit.code}, {"code": unit.code, "name": official(unit)}


def _fixed(line: str, value: Any) -> Callable[[Question, str, random.Random, Programme], Given]:
    return lambda question, start, chance, programme: ("said", {"text": line}, value)


def _file(question: Question, start: str, chance: random.Random, programme: Programme) -> Given:
    name = f"giay-{chance.randrange(1000)}.pdf"
    data = {"file": "f" * 8, "name": name, "mime": "application/pdf", "size": 1000}
    return "file_ready", data, {"file": "f" * 8, "name": name}


ANSWERS: dict[str, Callable[[Question, str, random.Random, Programme], Given]] = {
    "choice": _choice,
    "choices": _choices,
    "text": _words,
    "long_text": _words,
    "number": _number,
    "rating": _number,
    "commune": _commune,
    "yes_no": _fixed("có", True),
    "money": _fixed("1500000", 1_500_000),
    "date": _fixed("15/03/2026", "2026-03-15"),
    "phone": _fixed("0912345678", "+84912345678"),
    "email": _fixed("vidu@example.vn", "vidu@example.vn"),
    "url": _fixed("https://example.vn", "https://example.vn"),
    "tax_code": _fixed("0123456787", "0123456787"),
    "barcode": _fixed("8930000000002", "8930000000002"),
    "location": lambda question, start, chance, programme: ("located", {"lat": 10.37, "lon": 105.43}, {"lat": 10.37, "lon": 105.43}),
    "file": _file,
}  # fmt: skip

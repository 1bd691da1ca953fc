"""Content changes while a thousand people are mid-survey: all go on with the form they began, and lose no answer."""

import io
import random
import time
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML

from bot.channel import Incoming
from bot.content import Bundle
from bot.conversation import Heard
from tests.simulators.hearing_house import HearingHouse, content
from tests.simulators.survey import BEGIN, TYPED, Key, Line, Typed, alike, next_line, words

PEOPLE, AT_ONCE = {"sqlite": 1000, "postgresql": 200}, 100
FORM = "an-giang/forms/needs_survey.yaml"
NEW_TYPED: dict[str, Typed] = {
    **TYPED,
    "organisation_name": words("Cơ sở Ví Dụ"),
    "problems": words("Hàng hay lỗi"),
    "phone": words("Số"),
    "tracing_now": lambda tag, chance: ("phần mềm", "software"),
}


def changed(bundle: Bundle) -> Bundle:
    """The same survey with questions removed, renamed, reordered and of other types, and an option renamed."""
    yaml = YAML(typ="safe", pure=True)
    form = yaml.load(bundle.files[FORM].replace("unit_name", "organisation_name"))
    questions = {question["id"]: question for question in form["questions"]}
    for gone in ("start", "difficulty"):
        del questions[gone]
    questions["phone"]["type"] = "text"
    questions["problems"] = {k: v for k, v in questions["problems"].items() if k not in ("options", "other", "none")}
    questions["problems"] |= {"type": "long_text", "short": "Vấn đề"}
    questions["tracing_now"] = {k: v for k, v in questions["tracing_now"].items() if k != "none"} | {"type": "choice"}
    questions["sector"]["options"][0]["id"] = "paddy"
    first = [questions.pop(name) for name in ("group", "needs")]
    form["questions"] = [*first, *questions.values()]
    form["after"] = [rule for rule in form["after"] if not set(rule["when"].split()) & {"problems", "tracing_now"}]
    out = io.StringIO()
    yaml.dump(form, out)
    return Bundle(bundle.programme, {**bundle.files, FORM: out.getvalue()})


@dataclass
class Taker:
    """Somebody half-way. `line`: what they say next; `said`: their answers, as they must be stored."""

    name: str
    chance: random.Random
    stop_after: int
    pauses: bool
    line: Line | None = field(default_factory=lambda: Line("said", {"text": BEGIN}))
    said: dict[Key, Any] = field(default_factory=dict)
    typed: dict = field(default_factory=lambda: TYPED)

    def speak(self, house: HearingHouse) -> Incoming:
        assert self.line
        if self.line.key:
            assert self.line.key not in self.said, f"{self.line.key} was asked twice"
            self.said[self.line.key] = self.line.stored
        return house.event(self.name, self.line.kind, **self.line.data)

    def listen(self, heard: Heard | Exception) -> None:
        assert isinstance(heard, Heard), heard
        assert heard.new
        choices = next((one.choices for one in reversed(heard.messages) if one.choices), ())
        self.line = next_line([one.value for one in choices], self.name, self.chance, self.typed)

    @property
    def half_way(self) -> bool:
        return len(self.said) >= self.stop_after and bool(self.line and self.line.key)


async def go_on(house: HearingHouse, people: list[Taker], until) -> int:
    """Everyone says their next line, a hundred in a batch, until each is where they shall be; how many lines."""
    lines = 0
    while going := [one for one in people if not until(one)]:
        for start in range(0, len(going), AT_ONCE):
            some = going[start : start + AT_ONCE]
            heard = await house.batch(*(one.speak(house) for one in some))
            for one, what in zip(some, heard, strict=True):
                one.listen(what)
            lines += len(some)
    return lines


async def say_all(house: HearingHouse, people: list[Taker], words: str) -> None:
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        for one, what in zip(some, await house.batch(*(house.line(one.name, words) for one in some)), strict=True):
            one.listen(what)


async def stored(house: HearingHouse, people: list[Taker]) -> dict[str, list]:
    async with house.storage.read() as store:
        addresses = {one.name: house.line(one.name, "").address for one in people}
        persons = await store.people.find(list(addresses.values()))
        return {name: await store.submissions.of_person(persons[at].id) for name, at in addresses.items()}


async def test_a_thousand_go_on_with_the_form_they_began(database, database_url):
    """Fewer on PostgreSQL: what it could do differently it does to the first."""
    began = time.monotonic()
    house = await HearingHouse(database_url).open()
    old = house.releases.current
    people = [Taker(f"p{n}", random.Random(n), n % 8, n % 5 == 0) for n in range(PEOPLE[database])]
    lines = await go_on(house, people, lambda one: one.half_way or one.line is None)
    half = [one for one in people if one.line]
    assert len({one.line.key for one in half if one.line}) >= 15, "at many places of the survey"
    assert len(half) >= 0.9 * len(people)
    paused = [one for one in half if one.pauses]
    await say_all(house, paused, "tạm dừng")
    await house.storage.close()

    new_bundle = changed(content()._loaded[0])
    house = await HearingHouse(database_url).open(new_bundle)
    assert house.releases.current.release == new_bundle.release != old.release
    assert not house.releases.current.older, "the old release is in the database alone"
    await say_all(house, paused, "làm tiếp")
    assert list(house.releases.current.older) == [old.release]
    lines += await go_on(house, people, lambda one: one.line is None)

    found = await stored(house, people)
    for one in people:
        (only,) = found[one.name]
        assert (only.state, only.release, only.run) == ("sent", old.release, 1)
        kept = {(1, name): value for name, value in only.answers.items()}
        for key, value in one.said.items():
            assert alike(kept[key], value), (one.name, key)
    await new_survey_uses_the_new_release(house, people[:AT_ONCE], new_bundle.release)
    await house.storage.close()
    print(f"\n{len(people)} people, {len(paused)} paused, {lines} lines in {time.monotonic() - began:.1f} s")


async def new_survey_uses_the_new_release(house: HearingHouse, people: list[Taker], release: str) -> None:
    for one in people:
        one.line, one.typed = Line("said", {"text": BEGIN}), NEW_TYPED
    await go_on(house, people, lambda one: one.line is None)
    found = await stored(house, people)
    for one in people:
        first, second = found[one.name]
        assert (second.state, second.release, second.run) == ("sent", release, 2)
        assert next(iter(second.answers)) == "group"
        assert not {"unit_name", "start", "difficulty"} & set(second.answers)
        answers = {key[1]: value for key, value in one.said.items() if key[0] == 2}
        assert {"organisation_name", "needs"} <= set(answers)
        assert "group" not in answers, "known from the first: filled in, not asked"
        assert second.answers["group"] == first.answers["group"]
        assert all(alike(second.answers[name], value) for name, value in answers.items())

"""What stays of somebody's answers when they have their data deleted: what counts, and nothing that says who it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.flows.programme import Form, Programme, Question
from bot.flows.values import Json
from bot.office.news import news
from storage import Store
from storage.belongings import Ties
from storage.consents import Consent
from storage.erasing import Sent
from storage.events import Due
from storage.requests import Request

# An application stays with the organisation, whose name and numbers it needs; of the person nothing does.
OF_PERSON = ("contact_name", "position", "phone", "email")
OF_ORGANISATION = ("unit_name", "tax_code", "representative", "address")


async def erase(store: Store, programme: Programme, person_id: int, channel: str, now: datetime) -> Ties:
    """Deletes all that nothing binds; what still binds the rest. Every consent given is withdrawn, and its proof stays."""
    ties = await store.belongings.ties(person_id, now)
    await forget_elsewhere(store, person_id, now)
    left = {one.id: _left(one, programme) for one in await store.erasing.sent(person_id) if not one.bound}
    await store.erasing.erase(person_id, left, now)
    given = [one for one in await store.consents.history(person_id) if one.granted]
    texts = {one.purpose: one.text for one in given}
    current = await store.consents.current(person_id)
    withdrawn = [
        Consent(person_id, purpose, granted=False, text=texts[purpose], channel=channel, at=now)
        for purpose, granted in sorted(current.items())
        if granted
    ]
    await store.consents.record(withdrawn)
    return ties


async def forget_elsewhere(store: Store, person_id: int, now: datetime) -> None:
    """What others were told of the person goes from their letters; who has it on the screen is told that it is gone."""
    holding = await store.mentions.forget(person_id)
    await store.events.add([Due(other, "words_erased", now, {"person": person_id}) for other in holding], now)


async def finish(store: Store, programme: Programme, now: datetime) -> None:
    """Deletions that waited for an open case or a class: once nothing binds them, the rest goes, and the person is told."""
    for one in await store.requests.waiting():
        if one.person_id is None:
            await store.requests.close(one, now)
        elif not (await store.belongings.ties(one.person_id, now)).bind:
            await _finish(store, programme, one, one.person_id, now)


async def _finish(store: Store, programme: Programme, one: Request, person_id: int, now: datetime) -> None:
    await forget_elsewhere(store, person_id, now)
    left = {sent.id: _left(sent, programme) for sent in await store.erasing.sent(person_id, one.at)}
    await store.erasing.release(person_id, left, one.at, now)
    await store.requests.close(one, now, one.official_id)
    await store.requests.forget_person(one.id)
    await store.events.add([news(person_id, "my_data.deleted_rest", now, number=one.number)], now)


def _left(one: Sent, programme: Programme) -> dict[str, Json]:
    form = _form(one, programme)
    if form is None:
        return {}
    keeps = _of_application if one.has_case else _counts
    answers = {name: value for name, value in one.answers.items() if keeps(form, name, value)}
    computed = {each.id for each in form.computed}
    return answers | {name: value for name, value in one.answers.items() if name in computed}


def _form(one: Sent, programme: Programme) -> Form | None:
    """The form as it was answered, if that release is at hand, else as it is now."""
    then = programme.older.get(one.release, programme)
    return then.forms.get(one.form)


def _of_application(form: Form, name: str, value: Json) -> bool:
    """All but what names the person, under whatever question it stands."""
    question = form.by_id.get(name.removesuffix(".other"))
    if question is None:  # of a release that cannot be read any more
        return name.removesuffix(".other") not in OF_PERSON
    known = question.profile or question.id
    if known in OF_PERSON or question.type in ("phone", "email"):
        return False
    return not question.personal or known in OF_ORGANISATION


def _counts(form: Form, name: str, value: Json) -> bool:
    """Whether an answer is a figure, a day or one of the form's own choices, and not personal: typed words are not, be
    they what another release took for a choice."""
    question = form.by_id.get(name)
    return question is not None and not question.personal and _closed(question, value)


def _closed(question: Question, value: Json) -> bool:
    match question.type:
        case "choice" | "choices":
            given = value if isinstance(value, list) else [value]
            return all(question.option(str(one)) is not None for one in given)
        case "yes_no" | "number" | "money" | "rating":
            return isinstance(value, bool | int | float)
        case "date":
            return _is_day(value)
        case "commune":
            return isinstance(value, Mapping) and str(value.get("code", "")).isdecimal()
    return False


def _is_day(value: Json) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True

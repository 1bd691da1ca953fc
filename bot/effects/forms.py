"""Forms: what is answered, put aside, sent and handed in; and what the person agreed to."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe

from bot.effects import cases, organisations
from bot.effects.work import Data, Work, mapping, run_of, sent, submission_of
from bot.flows.values import Event, Json
from storage.consents import Consent
from storage.files import File
from storage.people import Person
from storage.submissions import Submission

UPLOAD_MINUTES = 30


async def keep_answers(work: Work, person: Person, data: Data) -> None:
    """{run, form, release, answers}: the answers so far."""
    work.kept[person.id, run_of(data)] = submission_of(work, person, data)


async def drop_submission(work: Work, person: Person, data: Data) -> None:
    """{run}: the person gave the form up."""
    work.kept.pop((person.id, run_of(data)), None)
    work.dropped.append((person.id, run_of(data)))


async def load_draft(work: Work, person: Person, data: Data) -> Event:
    """{run, held} → draft_loaded {run, answers, held}: the answers of a form put aside (none if it was never begun), and
    what still holds it."""
    kept = work.kept.get((person.id, run_of(data))) or await work.store.submissions.load(person.id, run_of(data))
    held = await _still_held(work, person, str(data.get("held", "")), kept) if kept else ""
    answers = dict(kept.answers) if kept else {}
    return Event("draft_loaded", work.now, {"run": run_of(data), "answers": answers, "held": held})


async def _still_held(work: Work, person: Person, held: str, kept: Submission) -> str:
    """A call may have opened, a member may have been confirmed, and no notice came through."""
    about: Data = {"form": kept.form, "release": kept.release, "answers": dict(kept.answers)}
    if held == "no_call":
        return held if cases.all_closed(work, about) else ""
    return await organisations.awaited(work, person, about) if held else ""


async def submit_form(work: Work, person: Person, data: Data) -> Event:
    """{run, form, release, answers, computed} → form_submitted {number, known, waits}; where the form must speak for an
    organisation perhaps form_refused {reason}. `waits`: somebody has yet to confirm whom it speaks for."""
    form = work.programme.at(str(data["release"])).forms[str(data["form"])]
    organisation, waits = await organisations.sent_for(work, person, data, form)
    if form.organisation == "required" and organisation is None:
        return organisations.refused(work)
    number = await sent(work, person, data, organisation)
    known = await organisations.remember(work, person, data, organisation)
    return Event("form_submitted", work.now, {"number": number, "waits": waits, **known})


async def record_consent(work: Work, person: Person, data: Data) -> None:
    """{purpose, granted, text}: a decision, with the very words it was about."""
    purpose, granted, text = str(data["purpose"]), bool(data["granted"]), str(data["text"])
    work.consents.append(Consent(person.id, purpose, granted, text, person.address.channel, work.now))


async def offer_upload(work: Work, person: Person, data: Data) -> Event | None:
    """{run, question} → upload_offered {url, minutes}, on channels whose client does not upload by itself."""
    if person.address.channel in ("web", "terminal"):
        return None
    token, until = token_urlsafe(32), work.now + timedelta(minutes=UPLOAD_MINUTES)
    asked: dict[str, Json] = {"run": data["run"], "question": data["question"], "address": person.address_id}
    await work.store.tokens.issue("upload", token, until, person_id=person.id, data=asked)
    return Event("upload_offered", work.now, {"url": f"{work.url}/upload/{token}", "minutes": UPLOAD_MINUTES})


async def receive_file(work: Work, person: Person, data: Data) -> None:
    """{name, source}: a file to be fetched once this turn is committed (bot/receiving.py)."""
    name, source = str(data["name"]), mapping(data["source"])
    await work.store.files.receive(File(token_urlsafe(18), person.id, name, work.now, source=source))


async def speak(work: Work, person: Person, data: Data) -> None:
    """{language}: the person chose it, for every channel and for what they are sent unasked."""
    await work.store.people.speak(person.id, str(data["language"]))

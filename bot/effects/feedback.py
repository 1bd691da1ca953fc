"""What people think of the programme, of a case, of a class, or of the bot."""

from __future__ import annotations

from bot.effects import cases, classes
from bot.effects.work import Data, Work, mapping, run_of, submission_of
from bot.flows.values import Event
from bot.office import inbox
from bot.office.news import for_office, news
from storage.people import Person


async def submit_feedback(work: Work, person: Person, data: Data) -> Event:
    """{run, form, release, answers, computed, subject} → form_submitted {number}. A complaint (`kind`) is told to every
    official; its words (`words`) stay in the submission, which the console shows to those who may read it."""
    about = ABOUT.get(str(data["form"])) or str(data.get("subject", "")).partition(":")[0]
    refuses = REFUSES.get(about)
    if refuses and (refused := await refuses(work, person, data)):
        return refused
    work.kept.pop((person.id, run_of(data)), None)
    number = await work.store.submissions.send(submission_of(work, person, data), work.now)
    if mapping(data["answers"]).get("kind") == "complaint":
        chats = await inbox.on_duty(work.store, but=[person.id])
        await work.store.events.add(
            [for_office(news(chat, "feedback.complaint", work.now, number=number)) for chat in chats], work.now
        )
        work.told = True
    return Event("form_submitted", work.now, {"number": number})


ABOUT = {"class_feedback": "class", "case_feedback": "case"}  # forms that are about something whatever they say
REFUSES = {"class": classes.refuses_feedback, "case": cases.refuses_feedback}  # by what it is about

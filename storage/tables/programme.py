"""Tables of the programme's own work: organisations, cases, classes, talks with officials, and people's requests."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from storage.portable import Id, Instant, Line
from storage.tables.common import NEVER_AGAIN, metadata, some, words

counters = Table(  # numbers without gaps: given in the transaction that uses them
    "counters",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Integer, nullable=False),
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", Id, primary_key=True),
    words("tax_code"),  # "" for one that has none: then group, commune and name know it
    Column("name", String, nullable=False),
    Column("folded", String, nullable=False),  # the name without accents, for finding
    words("kind"),  # its group, by the programme's id
    words("commune"),  # by its code
    Column("profile", JSON, nullable=False),  # what it told once, by profile name
    Column("confirmed_at", Instant),  # when an official confirmed one without a tax code
    Column("created_at", Instant, nullable=False),
    Index("organisations_by_tax_code", "tax_code", unique=True, **some("tax_code <> ''")),
    Index("organisations_by_name", "folded", "kind", "commune", unique=True, **some("tax_code = ''")),
    Index("organisations_unconfirmed", "id", **some("tax_code = '' AND confirmed_at IS NULL")),
    **NEVER_AGAIN,
)

members = Table(
    "members",
    metadata,
    Column(
        "organisation_id", Id, ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column(
        "person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    ),
    Column("state", String, nullable=False),  # member, asked, refused, left
    Column("at", Instant, nullable=False),
    Column("decided_at", Instant),
    words("decided_by"),  # "person 7", "official 2"; "" for the first, who asked nobody
    Index("members_asking", "at", "organisation_id", "person_id", **some("state = 'asked'")),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String, nullable=False, unique=True),  # AG-2026-00042
    Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("submission_id", Id, ForeignKey("submissions.id", ondelete="SET NULL"), index=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),  # who applied
    Column("support", String, nullable=False),
    words("call"),
    Column("state", String, nullable=False),  # one of the few that stages stand for
    Column("stage", String, nullable=False),
    Column("staged_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index("cases_open_once", "organisation_id", "support", unique=True, **some("closed_at IS NULL")),
    Index("cases_by_stage", "stage", "id"),
    Index("cases_due", "due_at", "id", **some("closed_at IS NULL")),
    **NEVER_AGAIN,
)

case_events = Table(  # what happened to a case, never changed
    "case_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("name", String, nullable=False),  # opened, joined, moved, asked, handed, withdrawn, noted …
    words("stage"),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("official_id", Id, ForeignKey("officials.id"), index=True),
    Column("data", JSON, nullable=False, server_default="{}"),
    Index("case_events_by_case", "case_id", "id"),
    **NEVER_AGAIN,
)

documents = Table(  # a paper that a case needs, and the file that was handed in for it
    "documents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("state", String, nullable=False),  # later, asked, handed, accepted
    Column("file_id", String, ForeignKey("files.id", ondelete="SET NULL"), index=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),  # who handed it in
    Column("asked_at", Instant, nullable=False),
    Column("handed_at", Instant),
    **NEVER_AGAIN,
)

watches = Table(  # who is to be told when a call for a support opens
    "watches",
    metadata,
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("support", String, primary_key=True, index=True),
    Column("at", Instant, nullable=False),
)

classes = Table(
    "classes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String, nullable=False),  # class, expert
    Column("title", String, nullable=False),
    words("topic"),
    Column("groups", JSON, nullable=False),  # for whom, by the programme's ids; [] for all
    words("place"),
    words("link"),
    words("note"),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),  # until when one can register
    Column("seats", Integer, nullable=False),
    Column("state", String, nullable=False),  # open, cancelled
    Column("made_at", Instant, nullable=False),
    Column("official_id", Id, ForeignKey("officials.id"), index=True),
    Index("classes_by_start", "starts_at", "id"),
    **NEVER_AGAIN,
)

attendees = Table(
    "attendees",
    metadata,
    Column("id", Id, primary_key=True),
    Column("class_id", Id, ForeignKey("classes.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisations.id", ondelete="SET NULL"), index=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),  # who registered them
    Column("name", String, nullable=False),
    words("position"),
    words("phone"),
    words("group"),  # of their organisation when they registered: officials count in the targets
    Column("state", String, nullable=False),  # seated, waiting, cancelled
    Column("code", String, nullable=False, unique=True),  # what they show at the door
    Column("at", Instant, nullable=False),
    Column("seated_at", Instant),
    Column("attended_at", Instant),
    Index("attendees_by_class", "class_id", "state", "id"),
    **NEVER_AGAIN,
)

talks = Table(  # a conversation between a person and an official
    "talks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("official_id", Id, ForeignKey("officials.id"), index=True),  # who answers; none yet
    Column("state", String, nullable=False),  # open, closed
    Column("opened_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),  # by itself, unless somebody writes
    Column("told_at", Instant),  # when all officials were last told that somebody waits
    Column("closed_at", Instant),
    Index("talks_open_once", "person_id", unique=True, **some("state = 'open'")),
    Index("talks_ending", "ends_at", **some("state = 'open'")),
    **NEVER_AGAIN,
)

talk_lines = Table(
    "talk_lines",
    metadata,
    Column("id", Id, primary_key=True),
    Column("talk_id", Id, ForeignKey("talks.id", ondelete="CASCADE"), nullable=False),
    Column("official_id", Id, ForeignKey("officials.id"), index=True),  # none: the person said it
    Column("file_id", String, ForeignKey("files.id", ondelete="SET NULL"), index=True),
    Column("text", Line, nullable=False),
    Column("at", Instant, nullable=False),
    Index("talk_lines_by_talk", "talk_id", "id"),
    **NEVER_AGAIN,
)

requests = Table(  # what people ask about their own data; kept when the person is not
    "requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("kind", String, nullable=False),  # access, correct, export, withdraw, stop, delete
    Column("state", String, nullable=False),  # open, done
    Column("at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("official_id", Id, ForeignKey("officials.id"), index=True),
    Column("data", JSON, nullable=False, server_default="{}"),
    Index("requests_open", "due_at", "id", **some("state = 'open'")),
    Index("requests_waiting", "id", **some("state = 'waiting'")),
    **NEVER_AGAIN,
)

"""Tables of people, their conversations and what is sent to them.

Ids of rows are integers; instants are `Instant`; JSON is text to the engine; a token stands only as its SHA-256.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from storage.portable import Id, Instant
from storage.tables.common import BY_KEY, NEVER_AGAIN, metadata, some, words

meta = Table("meta", metadata, Column("key", String, primary_key=True), words("value"))

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    words("language"),  # "" until the person chose one
    Column("created_at", Instant, nullable=False),
    Column("profile", JSON, nullable=False, server_default="{}"),  # what they told, by its profile name
    **NEVER_AGAIN,
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("account", String, nullable=False),
    Column("native", String, nullable=False),  # the person's id there
    words("name"),  # as they call themselves there
    words("unreachable"),  # why; "" while they can be reached
    Column("heard_at", Instant, nullable=False),
    UniqueConstraint("channel", "account", "native"),
    **NEVER_AGAIN,
)

receipts = Table(
    "receipts",
    metadata,
    Column("channel", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("native", String, primary_key=True),
    Column("receipt", String, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    **BY_KEY,
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String, nullable=False),
    Column("account", String, nullable=False),
    words("native"),
    words("receipt"),
    Column("raw", JSON, nullable=False),
    Column("error", String, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Index("set_aside_by_address", "channel", "account", "native"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("state", JSON, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("run", Integer, nullable=False),
    Column("form", String, nullable=False),
    Column("release", String, nullable=False),
    Column("state", String, nullable=False),  # in_progress, sent, abandoned
    Column("answers", JSON, nullable=False),
    Column("channel", String, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("organisation_id", Id, index=True),  # whom it speaks for; no organisation is ever deleted
    words("subject"),  # what it is about: a case, a class; "" for a form that stands alone
    UniqueConstraint("person_id", "run"),
    Index("submissions_by_form", "form", "state", "id"),
    Index("submissions_by_release", "release", "state"),
    Index("submissions_in_progress", "answered_at", **some("state = 'in_progress'")),
    **NEVER_AGAIN,
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # one per confirmation: confirmed twice, sent once
    Column("official_id", Id, ForeignKey("officials.id"), index=True),
    Column("purpose", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("persons", Integer, nullable=False),  # whom it was made for
    Column("made_at", Instant, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address_id", Id, ForeignKey("addresses.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String, nullable=False),  # of the address, which never changes it
    Column("kind", String, nullable=False),  # reply, notice, announcement
    Column("body", JSON, nullable=False),
    Column("state", String, nullable=False),  # waiting, sending, sent, failed, unreachable, unsure
    words("reason"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("seen_at", Instant),
    words("native_id"),  # the message's id on the channel
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
    Index("letters_by_address", "address_id", "id"),
    Index("letters_waiting", "kind", "not_before", "id", **some("state = 'waiting'")),
    Index("letters_in_line", "address_id", "kind", "id", **some("state = 'waiting'")),
    Index("letters_sending", "address_id", **some("state = 'sending'")),
    Index("letters_by_broadcast", "broadcast_id", "state", "address_id", **some("broadcast_id IS NOT NULL")),
    **NEVER_AGAIN,
)

mentions = Table(  # the persons whose words or name stand in a letter to somebody else
    "mentions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("letter_id", Id, ForeignKey("letters.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("data", JSON, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index("events_due", "not_before", "id"),
    **NEVER_AGAIN,
)

consent_texts = Table(
    "consent_texts",
    metadata,
    Column("hash", String, primary_key=True),
    Column("text", String, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("purpose", String, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("text_hash", String, ForeignKey("consent_texts.hash"), nullable=False),
    Column("channel", String, nullable=False),
    Column("at", Instant, nullable=False),
    Index("consents_by_person", "person_id", "purpose", "id"),
    Index("consents_by_purpose", "purpose", "granted", "person_id", "id"),
    Index("consents_by_text", "text_hash"),
    **NEVER_AGAIN,
)

files = Table(
    "files",
    metadata,
    Column("id", String, primary_key=True),  # a public token: nobody can guess another person's file
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    words("sha256"),  # "" until its bytes are on disk
    words("name"),
    words("mime"),
    Column("size", Integer, nullable=False, server_default="0"),
    Column("state", String, nullable=False),  # receiving, ready, refused
    words("reason"),
    Column("at", Instant, nullable=False, index=True),
    Column("source", JSON, nullable=False, server_default="{}"),  # where its bytes are fetched, while it is receiving
    Index("files_by_hash", "sha256"),
)

officials = Table(
    "officials",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),  # admin, official, staff
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    **NEVER_AGAIN,
)

chats = Table(  # the person is that official, as the official's own code showed
    "chats",
    metadata,
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("official_id", Id, ForeignKey("officials.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
)

tokens = Table(  # whatever opens a door: invites, sign-ins, chat codes, upload links
    "tokens",
    metadata,
    Column("hash", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("official_id", Id, ForeignKey("officials.id"), index=True),
    Column("data", JSON, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("spent_at", Instant),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("official_id", Id, ForeignKey("officials.id"), index=True),
    Column("action", String, nullable=False),
    words("subject"),
    **NEVER_AGAIN,
)

facts = Table(
    "facts",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("official_id", Id, ForeignKey("officials.id"), index=True),
)

releases = Table(
    "releases",
    metadata,
    Column("hash", String, primary_key=True),
    Column("format", Integer, nullable=False),
    Column("bundle", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("data", JSON, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("done_at", Instant),
    Index("jobs_due", "due_at", "id", **some("done_at IS NULL")),
    Index("jobs_done", "done_at", **some("done_at IS NOT NULL")),
)

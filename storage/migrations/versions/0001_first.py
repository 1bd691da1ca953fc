"""The first schema: people and what they say, letters, officials, content and the clock's work."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()


def upgrade() -> None:
    for create in TABLES:
        create()


def downgrade() -> None:
    for create in reversed(TABLES):
        op.drop_table(create.__name__.removeprefix("_"))


def index(name: str, table: str, columns: Sequence[str], where: str = "") -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _consent_texts() -> None:
    op.create_table(
        "consent_texts",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="consent_texts_pk"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="jobs_pk"),
        sa.UniqueConstraint("key", name="jobs_key_once"),
    )
    index("jobs_done", "jobs", ["done_at"], "done_at IS NOT NULL")
    index("jobs_due", "jobs", ["due_at", "id"], "done_at IS NULL")


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key", name="meta_pk"),
    )


def _officials() -> None:
    op.create_table(
        "officials",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="officials_pk"),
        sqlite_autoincrement=True,
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, nullable=False),
        sa.Column("language", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="people_pk"),
        sqlite_autoincrement=True,
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("native", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "native", "receipt", name="receipts_pk"),
        sqlite_with_rowid=False,
    )
    index("receipts_at", "receipts", ["at"])


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="releases_pk"),
    )


def _set_aside() -> None:
    op.create_table(
        "set_aside",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("native", sa.String(), server_default="", nullable=False),
        sa.Column("receipt", sa.String(), server_default="", nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="set_aside_pk"),
    )
    index("set_aside_at", "set_aside", ["at"])


def _addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("native", sa.String(), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("unreachable", sa.String(), server_default="", nullable=False),
        sa.Column("heard_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="addresses_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="addresses_pk"),
        sa.UniqueConstraint("channel", "account", "native", name="addresses_channel_account_native_once"),
        sqlite_autoincrement=True,
    )
    index("addresses_person_id", "addresses", ["person_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("official_id", ID, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="audit_official_id_fk"),
        sa.PrimaryKeyConstraint("id", name="audit_pk"),
        sqlite_autoincrement=True,
    )
    index("audit_official_id", "audit", ["official_id"])


def _broadcasts() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("official_id", ID, nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="broadcasts_official_id_fk"),
        sa.PrimaryKeyConstraint("id", name="broadcasts_pk"),
        sa.UniqueConstraint("key", name="broadcasts_key_once"),
    )
    index("broadcasts_official_id", "broadcasts", ["official_id"])


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("official_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="chats_official_id_fk"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="chats_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name="chats_pk"),
    )
    index("chats_official_id", "chats", ["official_id"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="consents_person_id_fk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["text_hash"], ["consent_texts.hash"], name="consents_text_hash_fk"),
        sa.PrimaryKeyConstraint("id", name="consents_pk"),
        sqlite_autoincrement=True,
    )
    index("consents_by_person", "consents", ["person_id", "purpose", "id"])
    index("consents_by_purpose", "consents", ["purpose", "granted", "person_id", "id"])
    index("consents_by_text", "consents", ["text_hash"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="events_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="events_pk"),
        sqlite_autoincrement=True,
    )
    index("events_due", "events", ["not_before", "id"])
    index("events_person_id", "events", ["person_id"])


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("official_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="facts_official_id_fk"),
        sa.PrimaryKeyConstraint("key", name="facts_pk"),
    )
    index("facts_official_id", "facts", ["official_id"])


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("sha256", sa.String(), server_default="", nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("mime", sa.String(), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="files_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="files_pk"),
    )
    index("files_at", "files", ["at"])
    index("files_by_hash", "files", ["sha256"])
    index("files_person_id", "files", ["person_id"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="sessions_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name="sessions_pk"),
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="submissions_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="submissions_pk"),
        sa.UniqueConstraint("person_id", "run", name="submissions_person_id_run_once"),
        sqlite_autoincrement=True,
    )
    index("submissions_by_form", "submissions", ["form", "state", "id"])
    index("submissions_by_release", "submissions", ["release", "state"])
    index("submissions_in_progress", "submissions", ["answered_at"], "state = 'in_progress'")


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("official_id", ID, nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("spent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="tokens_official_id_fk"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="tokens_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name="tokens_pk"),
    )
    index("tokens_expires_at", "tokens", ["expires_at"])
    index("tokens_official_id", "tokens", ["official_id"])
    index("tokens_person_id", "tokens", ["person_id"])


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", ID, nullable=False),
        sa.Column("address_id", ID, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("native_id", sa.String(), server_default="", nullable=False),
        sa.Column("broadcast_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="letters_address_id_fk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"], name="letters_broadcast_id_fk"),
        sa.PrimaryKeyConstraint("id", name="letters_pk"),
        sqlite_autoincrement=True,
    )
    index("letters_by_address", "letters", ["address_id", "id"])
    index("letters_by_broadcast", "letters", ["broadcast_id", "state", "address_id"], "broadcast_id IS NOT NULL")
    index("letters_in_line", "letters", ["address_id", "kind", "id"], "state = 'waiting'")
    index("letters_sending", "letters", ["address_id"], "state = 'sending'")
    index("letters_waiting", "letters", ["kind", "not_before", "id"], "state = 'waiting'")


TABLES = (
    _consent_texts,
    _jobs,
    _meta,
    _officials,
    _people,
    _receipts,
    _releases,
    _set_aside,
    _addresses,
    _audit,
    _broadcasts,
    _chats,
    _consents,
    _events,
    _facts,
    _files,
    _sessions,
    _submissions,
    _tokens,
    _letters,
)

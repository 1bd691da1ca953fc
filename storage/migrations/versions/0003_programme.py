"""The programme's own work: organisations and their members, cases, classes, talks with officials, people's requests."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()


def upgrade() -> None:
    for create in TABLES:
        create()
    op.add_column("people", sa.Column("profile", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("submissions", sa.Column("organisation_id", ID, nullable=True))
    op.add_column("submissions", sa.Column("subject", sa.String(), server_default="", nullable=False))
    index("submissions_organisation_id", "submissions", ["organisation_id"])


def downgrade() -> None:
    op.drop_index("submissions_organisation_id", "submissions")
    op.drop_column("submissions", "subject")
    op.drop_column("submissions", "organisation_id")
    op.drop_column("people", "profile")
    for create in reversed(TABLES):
        op.drop_table(create.__name__.removeprefix("_"))


def index(name: str, table: str, columns: Sequence[str], where: str = "", *, unique: bool = False) -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="counters_pk"),
    )


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", ID, nullable=False),
        sa.Column("tax_code", sa.String(), server_default="", nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default="", nullable=False),
        sa.Column("commune", sa.String(), server_default="", nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="organisations_pk"),
        sqlite_autoincrement=True,
    )
    index("organisations_by_name", "organisations", ["folded", "kind", "commune"], "tax_code = ''", unique=True)
    index("organisations_by_tax_code", "organisations", ["tax_code"], "tax_code <> ''", unique=True)
    index("organisations_unconfirmed", "organisations", ["id"], "tax_code = '' AND confirmed_at IS NULL")


def _classes() -> None:
    op.create_table(
        "classes",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), server_default="", nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(), server_default="", nullable=False),
        sa.Column("link", sa.String(), server_default="", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("official_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="classes_official_id_fk"),
        sa.PrimaryKeyConstraint("id", name="classes_pk"),
        sqlite_autoincrement=True,
    )
    index("classes_by_start", "classes", ["starts_at", "id"])
    index("classes_official_id", "classes", ["official_id"])


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("organisation_id", ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="members_organisation_id_fk", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="members_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name="members_pk"),
    )
    index("members_asking", "members", ["at", "organisation_id", "person_id"], "state = 'asked'")
    index("members_person_id", "members", ["person_id"])


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("official_id", ID, nullable=True),
        sa.Column("data", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="requests_official_id_fk"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="requests_person_id_fk", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="requests_pk"),
        sa.UniqueConstraint("number", name="requests_number_once"),
        sqlite_autoincrement=True,
    )
    index("requests_official_id", "requests", ["official_id"])
    index("requests_open", "requests", ["due_at", "id"], "state = 'open'")
    index("requests_person_id", "requests", ["person_id"])
    index("requests_waiting", "requests", ["id"], "state = 'waiting'")


def _talks() -> None:
    op.create_table(
        "talks",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("official_id", ID, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="talks_official_id_fk"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="talks_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="talks_pk"),
        sqlite_autoincrement=True,
    )
    index("talks_ending", "talks", ["ends_at"], "state = 'open'")
    index("talks_official_id", "talks", ["official_id"])
    index("talks_open_once", "talks", ["person_id"], "state = 'open'", unique=True)
    index("talks_person_id", "talks", ["person_id"])


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("support", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="watches_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "support", name="watches_pk"),
    )
    index("watches_support", "watches", ["support"])


def _attendees() -> None:
    op.create_table(
        "attendees",
        sa.Column("id", ID, nullable=False),
        sa.Column("class_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), server_default="", nullable=False),
        sa.Column("phone", sa.String(), server_default="", nullable=False),
        sa.Column("group", sa.String(), server_default="", nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("seated_at", INSTANT, nullable=True),
        sa.Column("attended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name="attendees_class_id_fk"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="attendees_organisation_id_fk", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="attendees_person_id_fk", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="attendees_pk"),
        sa.UniqueConstraint("code", name="attendees_code_once"),
        sqlite_autoincrement=True,
    )
    index("attendees_by_class", "attendees", ["class_id", "state", "id"])
    index("attendees_organisation_id", "attendees", ["organisation_id"])
    index("attendees_person_id", "attendees", ["person_id"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("submission_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("support", sa.String(), nullable=False),
        sa.Column("call", sa.String(), server_default="", nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("staged_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="cases_organisation_id_fk"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="cases_person_id_fk", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="cases_submission_id_fk", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="cases_pk"),
        sa.UniqueConstraint("number", name="cases_number_once"),
        sqlite_autoincrement=True,
    )
    index("cases_by_stage", "cases", ["stage", "id"])
    index("cases_due", "cases", ["due_at", "id"], "closed_at IS NULL")
    index("cases_open_once", "cases", ["organisation_id", "support"], "closed_at IS NULL", unique=True)
    index("cases_organisation_id", "cases", ["organisation_id"])
    index("cases_person_id", "cases", ["person_id"])
    index("cases_submission_id", "cases", ["submission_id"])


def _talk_lines() -> None:
    op.create_table(
        "talk_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("talk_id", ID, nullable=False),
        sa.Column("official_id", ID, nullable=True),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="talk_lines_file_id_fk", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="talk_lines_official_id_fk"),
        sa.ForeignKeyConstraint(["talk_id"], ["talks.id"], name="talk_lines_talk_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="talk_lines_pk"),
        sqlite_autoincrement=True,
    )
    index("talk_lines_by_talk", "talk_lines", ["talk_id", "id"])
    index("talk_lines_file_id", "talk_lines", ["file_id"])
    index("talk_lines_official_id", "talk_lines", ["official_id"])


def _case_events() -> None:
    op.create_table(
        "case_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), server_default="", nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("official_id", ID, nullable=True),
        sa.Column("data", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="case_events_case_id_fk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name="case_events_official_id_fk"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="case_events_person_id_fk", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="case_events_pk"),
        sqlite_autoincrement=True,
    )
    index("case_events_by_case", "case_events", ["case_id", "id"])
    index("case_events_official_id", "case_events", ["official_id"])
    index("case_events_person_id", "case_events", ["person_id"])


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("handed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="documents_case_id_fk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="documents_file_id_fk", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="documents_person_id_fk", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="documents_pk"),
        sqlite_autoincrement=True,
    )
    index("documents_case_id", "documents", ["case_id"])
    index("documents_file_id", "documents", ["file_id"])
    index("documents_person_id", "documents", ["person_id"])


TABLES = (
    _counters,
    _organisations,
    _classes,
    _members,
    _requests,
    _talks,
    _watches,
    _attendees,
    _cases,
    _talk_lines,
    _case_events,
    _documents,
)

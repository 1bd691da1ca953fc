"""Whom a letter to somebody else speaks of; updates set aside are found by whose they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mentions",
        sa.Column("id", ID, nullable=False),
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="mentions_letter_id_fk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="mentions_person_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="mentions_pk"),
    )
    op.create_index("mentions_letter_id", "mentions", ["letter_id"])
    op.create_index("mentions_person_id", "mentions", ["person_id"])
    op.create_index("set_aside_by_address", "set_aside", ["channel", "account", "native"])


def downgrade() -> None:
    op.drop_index("set_aside_by_address", "set_aside")
    op.drop_table("mentions")

"""A file that is on its way knows where its bytes are fetched, so that a restart can go on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("source", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("files", "source")

"""A line of business in an exported table: its title in one column, its code in the next."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bot.content import load, read_bundle
from bot.flows.programme import Programme
from bot.office.exports.columns import Table
from storage.submissions import Submission

CONTENT = Path(__file__).parents[2] / "content"
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
MILLING = {"code": "10", "name": "Sản xuất, chế biến thực phẩm", "section": "C"}


@cache
def programme() -> Programme:
    return load(read_bundle(CONTENT, "an-giang"))


def row(industry: object, *, codes: bool) -> dict[str, object]:
    answers = {"group": "household", "industry": industry, "size": "not_applicable"}
    table = Table.of("organisation", [programme()], codes=codes)
    sent = Submission(1, 1, "organisation", programme().release, answers, "web", AT, AT)  # type: ignore[arg-type]
    return dict(zip(map(str, table.header()), table.row(sent, programme(), {}), strict=True))


def test_in_words_it_has_its_title_and_its_code():
    found = row(MILLING, codes=False)
    assert found["Ngành chính"] == "10 – Sản xuất, chế biến thực phẩm"
    assert found["Ngành chính (mã)"] == "10"
    assert found["Quy mô doanh nghiệp (sơ bộ)"] == "Không phải doanh nghiệp"


def test_in_codes_it_is_its_code():
    assert row(MILLING, codes=True)["industry"] == "10"


@pytest.mark.parametrize("codes", [True, False])
def test_a_skipped_one_is_an_empty_cell(codes):
    assert row(None, codes=codes)["industry" if codes else "Ngành chính"] == ""

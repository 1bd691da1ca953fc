"""The file that staff open in Excel: every submission a row, every question a column, and nothing that runs."""

import asyncio
import csv
import os
import stat
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.flows.programme import Question
from bot.office.exports import ExportFailed, Order, export_csv, run
from bot.office.exports.cells import in_codes, in_words, safe
from tests.simulators.desk import ANSWERS, FORM, Desk

SURVEY = "an-giang/forms/needs_survey.yaml"


async def rows(desk: Desk, *, codes: bool = False) -> list[dict[str, str]]:
    out = desk.data_dir / "out.csv"
    written = await export_csv(desk.storage, desk.release, FORM, out, codes=codes)
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert written == len(found)
    return found


async def test_one_row_per_submission_with_the_form_s_own_words(desk: Desk):
    number = await desk.answered(ANSWERS)
    (row,) = await rows(desk)
    assert list(row)[:7] == ["Số phiếu", "Trạng thái", "Bản nội dung", "Bắt đầu", "Gửi lúc", "Kênh", "Lĩnh vực chính"]
    assert row["Số phiếu"] == str(number)
    assert row["Trạng thái"] == "Đã gửi"
    assert row["Bắt đầu"] == row["Gửi lúc"] == "2026-03-02T09:00:00+07:00"
    assert row["Lĩnh vực chính"] == "Lúa gạo, lương thực"
    assert row["Số lao động"] == "25"
    assert row["Nhu cầu hỗ trợ"] == "Mã số, mã vạch; Đào tạo, tập huấn"
    assert row["Nội dung tập huấn"] == "Nhận thức chung về năng suất, chất lượng; Nội dung khác: Bán hàng trên mạng"
    assert row["Số mặt hàng cần mã"] == "", "skipped"
    assert row["Hệ thống cần áp dụng"] == "", "not asked"
    assert row["Địa bàn"] == "Phường Long Xuyên"
    assert row["Địa bàn (mã)"] == "30307"
    assert row["Điện thoại"] == "0912 345 678"
    assert row["Quy mô doanh nghiệp (sơ bộ)"] == "Không phải doanh nghiệp"


async def test_staff_get_the_whole_tax_code(desk: Desk):
    await desk.answered(ANSWERS)
    assert (await rows(desk))[0]["Mã số thuế"] == "089000001234"
    assert (await rows(desk, codes=True))[0]["tax_code"] == "089000001234"


async def test_each_purpose_says_what_its_person_agrees_to_now(desk: Desk):
    silent, fickle = await desk.person("silent"), await desk.person("fickle", agreed=True)
    for person in (silent, fickle, fickle):
        await desk.answered(ANSWERS, person=person)
    title = "Đồng ý: Nhận tin của chương trình"
    assert [row[title] for row in await rows(desk)] == ["Chưa hỏi", "Đồng ý", "Đồng ý"]
    assert [row["consent.announcements"] for row in await rows(desk, codes=True)] == ["", "1", "1"]
    await desk.person("fickle", agreed=False)
    assert [row[title] for row in await rows(desk)] == ["Chưa hỏi", "Không đồng ý", "Không đồng ý"]
    assert [row["consent.announcements"] for row in await rows(desk, codes=True)] == ["", "0", "0"]
    assert {row["Đồng ý: Chia sẻ với đơn vị tư vấn"] for row in await rows(desk)} == {"Chưa hỏi"}


async def test_a_computed_value_without_words_stands_as_it_is(desk: Desk):
    await desk.answered({"sector": "rice", "size": "gigantic"})
    await desk.answered({"sector": "rice"})
    assert [row["Quy mô doanh nghiệp (sơ bộ)"] for row in await rows(desk)] == ["gigantic", ""]


@pytest.mark.parametrize(
    ("stored", "cell"), [("+84912345678", "0912345678"), ("+12015550123", "'+12015550123"), ("0912", "0912")]
)
async def test_programs_get_telephone_numbers_as_digits(desk: Desk, stored: str, cell: str):
    await desk.answered({"phone": stored})
    assert (await rows(desk, codes=True))[0]["phone"] == cell


async def test_codes_are_values_as_they_are_stored(desk: Desk):
    await desk.answered(ANSWERS)
    (row,) = await rows(desk, codes=True)
    assert list(row)[:8] == ["number", "state", "release", "began", "sent", "channel", "sector", "sector.other"]
    wanted = {
        "state": "sent",
        "release": desk.current.release[:12],
        "sector": "rice",
        "needs": "barcode; training",
        "training_topics.other": "Bán hàng trên mạng",
        "commune": "30307",
        "phone": "0912345678",
        "size": "not_applicable",
    }
    assert {name: row[name] for name in wanted} == wanted


async def test_what_was_sent_stands_before_what_is_not_finished(desk: Desk):
    await desk.answered({"sector": "rice"}, "in_progress")
    await desk.answered({"sector": "food"}, "abandoned")
    await desk.answered({"sector": "trade"})
    found = await rows(desk)
    assert [(row["Trạng thái"], row["Gửi lúc"] != "") for row in found] == [
        ("Đã gửi", True),
        ("Đang làm", False),
        ("Bỏ dở", False),
    ]


async def test_questions_of_all_releases_have_their_column_the_newest_first(desk: Desk):
    await desk.answered({"sector": "rice", "start": "next_year", "employees": 7})
    desk.pass_(days=1)
    await desk.publish({SURVEY: ("  - id: start\n", "  - id: beginning\n")})
    await desk.answered({"sector": "rice", "beginning": "months_3"})
    earlier, later = await rows(desk)
    columns = list(earlier)
    older = columns.index("Thời gian muốn bắt đầu (start)")
    assert columns[older + 1] == "Quy mô doanh nghiệp (sơ bộ)", "only the older release asked it"
    assert columns.index("Thời gian muốn bắt đầu (beginning)") < columns.index("Địa bàn")
    assert earlier["Thời gian muốn bắt đầu (start)"] == "Sang năm"
    assert later["Thời gian muốn bắt đầu (beginning)"] == "Trong 3 tháng tới"
    assert (earlier["Số lao động"], later["Số lao động"]) == ("7", "")
    assert earlier["Bản nội dung"] != later["Bản nội dung"]


async def test_labels_are_those_the_person_saw(desk: Desk):
    await desk.answered({"sector": "rice"})
    desk.pass_(days=1)
    await desk.publish({SURVEY: ('vi: "Lúa gạo, lương thực"', "vi: Lúa gạo")})
    await desk.answered({"sector": "rice"})
    assert [row["Lĩnh vực chính"] for row in await rows(desk)] == ["Lúa gạo, lương thực", "Lúa gạo"]


async def test_a_form_without_submissions_is_a_header(desk: Desk):
    assert await rows(desk) == []
    assert "Tên đơn vị" in (desk.data_dir / "out.csv").read_text(encoding="utf-8-sig")


async def test_excel_reads_the_letters_and_the_lines(desk: Desk):
    await desk.answered({"unit_name": 'Tổ hợp tác "Ví Dụ", ấp 1;\nxã Ví Dụ'})
    (row,) = await rows(desk)
    assert row["Tên đơn vị"] == 'Tổ hợp tác "Ví Dụ", ấp 1;\nxã Ví Dụ'
    raw = (desk.data_dir / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\r\n")


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "+84912345678", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("http://x.example")'],
)
async def test_no_answer_becomes_a_formula(desk: Desk, typed: str):
    await desk.answered({"unit_name": typed, "sector": "other", "sector.other": typed, "commune": {"name": typed}})
    words, codes = (await rows(desk))[0], (await rows(desk, codes=True))[0]
    for cell in (words["Tên đơn vị"], words["Địa bàn"], codes["unit_name"], codes["sector.other"], codes["commune"]):
        assert cell == f"'{typed}"


@pytest.mark.parametrize(("value", "cell"), [(-5, -5), (0, 0), (2.5, 2.5), (True, "True"), ("5", "5"), ("", "")])
def test_numbers_stay_numbers(value: object, cell: object):
    assert safe(value) == cell


def test_negative_numbers_of_a_form_are_no_formulas(desk: Desk):
    question = Question("balance", "money")
    assert in_words(question, {"balance": -2_000_000}, desk.current, "vi") == -2_000_000
    assert in_codes(False) == 0


async def test_what_utf8_cannot_hold_does_not_stop_the_export(desk: Desk):
    await desk.answered({"unit_name": "A\ud800B\0C"})
    assert (await rows(desk))[0]["Tên đơn vị"] == "A?BC"


async def test_a_failed_export_leaves_the_earlier_file_and_nothing_else(desk: Desk):
    await desk.answered(ANSWERS)
    await rows(desk)
    out = desk.data_dir / "out.csv"
    before, beside = out.read_bytes(), sorted(path.name for path in desk.data_dir.iterdir())

    async def gone(hash_: str):
        raise LookupError(hash_)

    with pytest.raises(LookupError):
        await export_csv(desk.storage, gone, FORM, out)
    assert out.read_bytes() == before
    assert sorted(path.name for path in desk.data_dir.iterdir()) == beside


async def test_rows_that_break_midway_leave_no_half_file(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    await desk.answered(ANSWERS)
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="full"):
        await rows(desk)
    assert [path.name for path in desk.data_dir.iterdir() if "csv" in path.name] == []


def full_disk(descriptor: int) -> None:
    raise OSError(28, "the disk is full")


async def test_only_its_owner_can_read_the_file(desk: Desk):
    await rows(desk)
    assert stat.S_IMODE((desk.data_dir / "out.csv").stat().st_mode) == 0o600


async def test_memory_does_not_grow_with_the_rows(desk: Desk):
    async def peak() -> int:
        tracemalloc.start()
        await export_csv(desk.storage, desk.release, FORM, desk.data_dir / "out.csv")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    await fill(desk, 1000)
    await peak()  # caches
    few = await peak()
    await fill(desk, 4000)
    assert await peak() < 1.3 * few


async def fill(desk: Desk, number: int) -> None:
    person = await desk.person("many")
    async with desk.storage.write() as store:
        insert = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number) "
            "INSERT INTO submissions (person_id, run, form, release, state, answers, channel, began_at, answered_at) "
            "SELECT :person, i + (SELECT count(*) FROM submissions), :form, :release, 'abandoned', :answers, 'web', 0, 0 FROM n"
        )
        values = {"number": number, "person": person, "form": FORM, "release": desk.current.release}
        answers = '{"unit_name": "' + "Ví Dụ " * 100 + '"}'
        await store.connection.execute(text(insert), values | {"answers": answers})


async def test_the_child_writes_the_same_file(desk: Desk):
    await desk.answered(ANSWERS)
    await rows(desk)
    out = desk.data_dir / "child.csv"
    await run(Order(desk.url, FORM, str(out)))
    assert out.read_bytes() == (desk.data_dir / "out.csv").read_bytes()


async def test_a_child_that_cannot_says_why_without_anybody_s_data(desk: Desk):
    with pytest.raises(ExportFailed, match=r"^StorageError$"):
        await run(Order(f"sqlite:///{desk.data_dir}/missing/secret.sqlite", FORM, str(desk.data_dir / "x.csv")))
    assert not (desk.data_dir / "x.csv").exists()


async def test_a_child_whose_parent_stops_waiting_is_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    await fill(desk, 20_000)
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*args: str, **kwargs: Any):
        started.append(await start(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    task = asyncio.create_task(run(Order(desk.url, FORM, str(desk.data_dir / "x.csv"))))
    while not started:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert started[0].returncode is not None
    assert not Path(desk.data_dir / "x.csv").exists()

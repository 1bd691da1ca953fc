"""Days as people write and say them, seen from Saturday 21 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.understanding.dates import Days, days
from tests.flows.answering import TODAY

SURE = {
    "5/3/2027": "2027-03-05", "05-03-2027": "2027-03-05", "5.3.2027": "2027-03-05", "5-3-27": "2027-03-05", "5 3 2027": "2027-03-05",
    "2027-03-05": "2027-03-05", "2027/3/5": "2027-03-05", "05032027": "2027-03-05", "5/3": "2027-03-05", "15/12": "2026-12-15",
    "20/11": "2026-11-20", "1/1/85": "1985-01-01", "ngày 5/3/2027": "2027-03-05", "8h ngày 5/3": "2027-03-05",
    "ngày 5 tháng 3 năm 2027": "2027-03-05", "ngay 5 thang 3 nam 2027": "2027-03-05", "5 tháng 3": "2027-03-05",
    "ngày năm tháng ba năm 2027": "2027-03-05", "ngày mười lăm tháng mười hai": "2026-12-15", "15 tháng 12 2026": "2026-12-15",
    "hôm nay": "2026-11-21", "bữa nay": "2026-11-21", "mai": "2026-11-22", "dạ ngày mai ạ": "2026-11-22", "ngày mốt": "2026-11-23",
    "hôm qua": "2026-11-20", "hôm kia": "2026-11-19", "3 ngày nữa": "2026-11-24", "2 tuần nữa": "2026-12-05",
    "3 ngày trước": "2026-11-18", "thứ 5 tuần tới": "2026-11-26", "thứ năm tuần sau": "2026-11-26", "thu hai tuan sau": "2026-11-23",
    "chủ nhật tuần này": "2026-11-22", "cn tuần tới": "2026-11-29", "t2 tuần tới": "2026-11-23", "29/2/2028": "2028-02-29", "15/12 năm sau": "2027-12-15",
    "15/12 năm nay": "2026-12-15", "5 tháng 12 năm sau": "2027-12-05", "ngày 5 tháng sau": "2026-12-05", "ngày 5 tháng này": "2026-11-05",
    "ngày 5 tháng sáu": "2026-06-05", "20/10 nam ngoai": "2025-10-20",
}  # fmt: skip

UNSURE = {
    "ngày kia": ["2026-11-23", "2026-11-24"], "mùng 5": ["2026-11-05", "2026-12-05"], "mùng năm": ["2026-11-05", "2026-12-05"],
    "mùng 5 tháng 3": ["2027-03-05"], "28 tây": ["2026-11-28", "2026-12-28"], "31": ["2026-12-31"], "cuối tháng": ["2026-11-30"],
    "cuối tháng sau": ["2026-12-31"], "cuối tháng 2": ["2027-02-28"], "đầu tháng sau": ["2026-12-01"], "đầu năm sau": ["2027-01-01"],
    "cuối năm": ["2026-12-31"], "thứ 5": ["2026-11-26"], "thứ bảy": ["2026-11-28"], "t5": ["2026-11-26"], "chủ nhật": ["2026-11-22"],
    "12/25/2026": ["2026-12-25"], "5/3 hoặc 6/3": ["2027-03-05", "2027-03-06"],
}  # fmt: skip

NONE = [
    "",
    "quý 1",
    "tháng sau",
    "tuần sau",
    "năm sau",
    "12/2026",
    "30/2/2027",
    "29/2/2027",
    "29/2",
    "32/1",
    "00/00/0000",
    "99/99",
    "giữa năm",
    "không nhớ",
    "bữa nào rảnh",
    "thứ 9",
]


@pytest.mark.parametrize(("line", "day"), SURE.items())
def test_one_day_is_read(line, day):
    assert days(line, TODAY) == Days((date.fromisoformat(day),), sure=True)


@pytest.mark.parametrize(("line", "expected"), UNSURE.items())
def test_what_is_said_loosely_is_to_be_confirmed(line, expected):
    found = days(line, TODAY)
    assert [day.isoformat() for day in found.days] == expected
    assert not found.sure


@pytest.mark.parametrize("line", NONE)
def test_what_is_no_day_gives_none(line):
    assert days(line, TODAY).days == ()


@pytest.mark.parametrize("line", ["rằm tháng 7", "mùng 5 âm lịch", "sau tết", "15/8 AL", "tháng giêng"])
def test_the_lunar_calendar_is_noticed(line):
    assert days(line, TODAY) == Days(lunar=True)


def test_a_missing_year_is_looked_for_within_the_bounds():
    assert days("1/2", TODAY).days == (date(2027, 2, 1),)
    assert days("1/2", TODAY, latest=TODAY).days == (date(2026, 2, 1),)


def test_two_digits_of_a_year_are_looked_for_within_the_bounds():
    assert days("1/2/50", TODAY).days == (date(1950, 2, 1),)
    assert days("1/2/50", TODAY, earliest=TODAY).days == (date(2050, 2, 1),)


@given(
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.sampled_from(
        ["{d:%d/%m/%Y}", "{d:%Y-%m-%d}", "{d.day}-{d.month}-{d.year}", "ngày {d.day} tháng {d.month} năm {d.year}"]
    ),
)
def test_every_day_written_in_full_is_that_day(day, pattern):
    assert days(pattern.format(d=day), TODAY) == Days((day,), sure=True)


@given(st.dates(TODAY - timedelta(days=180), TODAY + timedelta(days=180)))
def test_a_day_without_its_year_is_the_nearest(day):
    assert days(f"{day.day}/{day.month}", TODAY).days == (day,)


@given(st.text(), st.dates(date(1901, 1, 1), date(2199, 1, 1)))
def test_no_text_raises(line, today):
    days(line, today)


@given(
    st.lists(
        st.sampled_from(
            [
                "ngày",
                "mùng",
                "tháng",
                "năm",
                "5",
                "31",
                "2027",
                "/",
                "-",
                "thứ",
                "cuối",
                "đầu",
                "nữa",
                "999",
                "tuần",
                "sau",
                "0",
            ]
        ),
        max_size=8,
    )
)
def test_no_heap_of_date_words_raises(parts):
    days(" ".join(parts), TODAY)
    days("".join(parts), TODAY)

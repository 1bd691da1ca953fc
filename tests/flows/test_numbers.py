"""Numbers and money in words and digits; properties that hold of any text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.understanding.numbers import quantity

NUMBERS = {
    "20": 20, "020": 20, "1.200": 1200, "1,200": 1200, "12.500.000": 12_500_000, "1,5": Decimal("1.5"), "1.5": Decimal("1.5"),
    "1.234,5": Decimal("1234.5"), "1,234.5": Decimal("1234.5"), "0.125": Decimal("0.125"), "1 200 000": 1_200_000, "２５": 25,
    "không trăm linh năm": 5, "một": 1, "mười": 10, "muoi": 10, "mười một": 11, "mười lăm": 15, "hai mươi": 20, "hai mươi mốt": 21,
    "hai mươi tư": 24, "hai mươi lăm": 25, "hai lăm": 25, "HAI MƯƠI NHĂM": 25, "ba chục": 30, "bốn mươi bảy": 47, "chín chín": None,
    "một trăm": 100, "một trăm hai": 120, "trăm rưỡi": 150, "hai trăm lẻ năm": 205, "hai trăm linh năm": 205,
    "hai tram le nam": 205, "ba trăm hai mươi mốt": 321, "một nghìn": 1000, "một ngàn hai trăm": 1200, "nghìn rưỡi": 1500,
    "hai nghìn không trăm hai mươi lăm": 2025, "2k": 2000, "2k5": 2500, "ba vạn": 30_000, "hai mươi nghìn": 20_000,
    "mười hai triệu ba trăm bốn mươi lăm nghìn sáu trăm bảy mươi tám": 12_345_678, "-5": -5, "5 tr": 5_000_000,
    "khoảng 20 người": 20, "tầm 20": 20, "tam 20 nguoi": 20, "chừng hai chục": 20, "20 năm": 20, "năm 2027": 2027,
    "công ty có 20 người": 20, "dạ 20 ạ": 20, "20!!!": 20, "~20": 20,
}  # fmt: skip

NO_NUMBERS = [
    "mười mấy",
    "hai mươi mấy",
    "",
    "không",
    "không có",
    "vài chục",
    "chục người",
    "công ty",
    "1.2.3",
    "12.34.567",
    "20 30",
    "5/3",
    "3 và 5 và 7",
    "triệu",
    "lẻ",
]

MONEY = {
    "1,5 tỷ": 1_500_000_000, "1.5 ty": 1_500_000_000, "1.5 tỉ": 1_500_000_000, "0.5 tỷ": 500_000_000, "nửa tỷ": 500_000_000,
    "tỷ rưỡi": 1_500_000_000, "1 tỷ rưỡi": 1_500_000_000, "hai tỷ hai": 2_200_000_000, "1 tỷ 2": 1_200_000_000,
    "1 tỷ 200": 1_200_000_000, "1 tỷ 200 triệu": 1_200_000_000, "1ty2": 1_200_000_000, "2 tỷ 50 triệu": 2_050_000_000,
    "500tr": 500_000_000, "500 trđ": 500_000_000, "1tr5": 1_500_000, "1tr25": 1_250_000, "1tr250": 1_250_000, "1 triệu 2": 1_200_000,
    "một triệu hai": 1_200_000, "2.000.000": 2_000_000, "2,000,000 đ": 2_000_000, "2.000.000đ": 2_000_000, "500k": 500_000,
    "500 ngàn đồng": 500_000, "2 củ": 2_000_000, "hai củ rưỡi": 2_500_000, "3 chai": 3_000_000, "ba trăm triệu": 300_000_000,
    "một trăm hai mươi lăm triệu đồng": 125_000_000, "một nghìn tỷ": 10**12, "1.200 triệu": 1_200_000_000, "5 tỷ/năm": 5 * 10**9,
    "5 tỷ một năm": 5 * 10**9, "2 TỶ VNĐ": 2 * 10**9, "khoang 300 trieu": 300_000_000,
}  # fmt: skip


@pytest.mark.parametrize(("line", "value"), NUMBERS.items())
def test_a_number_is_read(line, value):
    said = quantity(line)
    assert (said.values if said else None) == (None if value is None else (Decimal(value),))


@pytest.mark.parametrize("line", NO_NUMBERS)
def test_what_is_no_number_or_more_than_one_is_none(line):
    assert quantity(line) is None


@pytest.mark.parametrize(("line", "value"), MONEY.items())
def test_money_is_read(line, value):
    said = quantity(line, money=True)
    assert said
    assert said.values == (Decimal(value),)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("1,250 tỷ", (Decimal(1_250_000_000), Decimal(1_250_000_000_000))),
        ("1 triệu 25", (Decimal(1_025_000), Decimal(1_250_000))),
        ("2 tỷ 50", (Decimal(2_050_000_000), Decimal(2_500_000_000))),
    ],
)
def test_what_people_mean_differently_has_both_readings(line, values):
    said = quantity(line, money=True)
    assert said
    assert said.values == values


@pytest.mark.parametrize(
    ("line", "relation"),
    [
        ("hơn 20", "over"), ("tren 20", "over"), ("20 trở lên", "over"), ("20+", "over"), (">20", "over"), ("ít nhất 20", "over"),
        ("nhiều hơn 20", "over"), ("dưới 20", "under"), ("gần 20", "under"), ("không quá 20", "under"), ("ít hơn 20", "under"),
        ("tối đa 20", "under"), ("chưa tới 20", "under"), ("20-30", "between"), ("từ 20 đến 30", "between"), ("20 tới 30", "between"),
        ("20 – 30 người", "between"), ("5-7 tỷ", "between"), ("khoảng 20", "exact"),
    ],
)  # fmt: skip
def test_a_loose_amount_says_so(line, relation):
    said = quantity(line)
    assert said
    assert said.relation == relation


def test_a_range_shares_its_scale():
    said = quantity("5-7 tỷ", money=True)
    assert said
    assert said.values == (Decimal(5 * 10**9), Decimal(7 * 10**9))


@pytest.mark.parametrize("line", ["1000 usd", "$500", "500 euro", "10 đô"])
def test_a_foreign_currency_is_noticed(line):
    said = quantity(line, money=True)
    assert said
    assert said.foreign


@given(st.integers(0, 10**15 - 1))
def test_dots_of_thousands_change_nothing(number):
    said = quantity(f"{number:,}".replace(",", "."), money=True)
    assert said
    assert said.values == (Decimal(number),)


@given(st.integers(1, 999), st.integers(1, 9))
def test_a_digit_after_a_scale_is_its_tenth(whole, tenth):
    spoken, written = quantity(f"{whole} triệu {tenth}", money=True), quantity(f"{whole},{tenth} triệu", money=True)
    assert spoken
    assert written
    assert spoken.values == written.values == (Decimal(whole * 1_000_000 + tenth * 100_000),)


UNITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def in_words(number):
    """0–999,999,999 as a Vietnamese reads it aloud."""
    groups: list[str] = []
    for scale, name in ((1_000_000, "triệu"), (1_000, "nghìn"), (1, "")):
        part, number = divmod(number, scale)
        if part:
            groups.append(f"{_three(part, bool(groups))} {name}".strip())
        elif groups and number and name:
            groups.append(f"không {name}")
    return " ".join(groups) or "không"


def _three(part, full):
    hundreds, rest = divmod(part, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{UNITS[hundreds]} trăm"] if hundreds or full else []
    if tens:
        words.append("mười" if tens == 1 else f"{UNITS[tens]} mươi")
        last = {1: "mốt" if tens > 1 else "một", 5: "lăm", 0: ""}.get(ones, UNITS[ones])
    else:
        last = (f"lẻ {UNITS[ones]}" if words else UNITS[ones]) if ones else ""
    return " ".join([*words, last]).strip()


@given(st.integers(1, 999_999_999))
def test_a_number_read_aloud_is_that_number(number):
    said = quantity(in_words(number))
    assert said, in_words(number)
    assert said.values == (Decimal(number),), in_words(number)


@given(st.text(), st.booleans())
def test_no_text_raises(line, money):
    quantity(line, money)


@given(
    st.lists(
        st.sampled_from([*"0123456789.,-/ ", "tr", "tỷ", "rưỡi", "lẻ", "trăm", "mươi", "hai", "năm", "đ", "nửa", " "]),
        max_size=24,
    )
)
def test_no_heap_of_number_words_raises(parts):
    quantity("".join(parts), money=True)
    quantity(" ".join(parts))

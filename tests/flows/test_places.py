"""Communes found by the names people type, in An Giang's and Hà Nội's own tables."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.understanding import fold
from bot.flows.understanding.places import find, official
from tests.flows.answering import communes

AN_GIANG, HA_NOI = communes("an-giang"), communes("ha-noi")

SURE = {
    "Long Xuyên": "Phường Long Xuyên", "long xuyen": "Phường Long Xuyên", "LONG XUYÊN": "Phường Long Xuyên", "longxuyen": "Phường Long Xuyên",
    "p. long xuyên": "Phường Long Xuyên", "p.long xuyên, an giang": "Phường Long Xuyên", "phường Long Xuyên, tỉnh An Giang": "Phường Long Xuyên",
    "ở phường mỹ thới ạ": "Phường Mỹ Thới", "long xuyen ag": "Phường Long Xuyên", "Mỹ Bình": "Phường Long Xuyên", "my binh": "Phường Long Xuyên",
    "my binh long xuyen": "Phường Long Xuyên", "Mỹ Bình, Long Xuyên, An Giang": "Phường Long Xuyên", "Núi Sập": "Xã Thoại Sơn",
    "thị trấn núi sập": "Xã Thoại Sơn", "tt nui sap": "Xã Thoại Sơn", "Thoại Sơn": "Xã Thoại Sơn", "xa thoai son": "Xã Thoại Sơn",
    "số 12 ấp Bình An, xã Thoại Sơn, huyện Thoại Sơn, tỉnh An Giang": "Xã Thoại Sơn", "12 ap binh an xa thoai son": "Xã Thoại Sơn",
    "dương đông": "Đặc khu Phú Quốc", "dac khu phu quoc": "Đặc khu Phú Quốc", "đảo Phú Quốc": "Đặc khu Phú Quốc", "phú quốc": "Đặc khu Phú Quốc",
    "Thổ Chu": "Đặc khu Thổ Châu", "huyện kiên hải": "Đặc khu Kiên Hải", "Vĩnh Hoà Hưng Bắc": "Xã Vĩnh Hòa Hưng", "óc eo": "Xã Óc Eo",
    "châu thành, kiên giang": "Xã Châu Thành", "rach gia kg": "Phường Rạch Giá", "xã An Phú": "Xã An Phú", "tân thành": "Xã Tân Hội",
    "Tân Hiệp A": "Xã Thạnh Đông", "Ô Lâm": "Xã Ô Lâm", "An Cư": "Xã An Cư", "cù lao ông hổ": "Xã Mỹ Hòa Hưng",
    "duong dong, phu quoc": "Đặc khu Phú Quốc", "Tô Châu, Hà Tiên": "Phường Tô Châu", "to chau, ha tien": "Phường Tô Châu",
}  # fmt: skip

SEVERAL = {
    "tp long xuyên": ["Phường Long Xuyên", "Phường Bình Đức", "Phường Mỹ Thới", "Xã Mỹ Hòa Hưng"],
    "an phú": ["Xã An Phú", "Phường Tịnh Biên"],
    "tan thanh": ["Xã Tân Thạnh", "Xã Tân An", "Xã Tân Hội"],
    "Bình An": ["Xã Bình An", "Xã Kiên Lương"],
    "xã Long Xuyên": ["Phường Long Xuyên"],  # a wrong kind is confirmed
    "long xuyeen": ["Phường Long Xuyên"],  # a slip is confirmed
    "thoai sonn": ["Xã Thoại Sơn"],
}

NONE = [
    "phường",
    "ấp Bình An",
    "",
    " ",
    "không biết",
    "an giang",
    "tỉnh kiên giang",
    "ISO 9001",
    "xã",
    "p",
    "???",
    "ba",
    "Sài Gòn",
    "12345",
    "🏠",
    ",",
]


def names(found):
    return [official(unit) for unit, _ in found.places]


@pytest.mark.parametrize(("line", "unit"), SURE.items())
def test_a_name_that_means_one_unit_is_that_unit(line, unit):
    found = find(line, AN_GIANG)
    assert names(found) == [unit]
    assert found.sure


@pytest.mark.parametrize(("line", "units"), SEVERAL.items())
def test_a_name_that_may_mean_more_offers_them(line, units):
    found = find(line, AN_GIANG)
    assert names(found) == units
    assert not found.sure


@pytest.mark.parametrize("line", NONE)
def test_what_names_no_unit_finds_none(line):
    assert find(line, AN_GIANG).places == ()


def test_a_former_district_lists_its_units_by_its_share():
    found = find("huyện châu thành", AN_GIANG)
    assert len(found.places) == 8
    assert set(names(find("huyện châu thành, kiên giang", AN_GIANG))) == {"Xã Châu Thành", "Xã Thạnh Lộc", "Xã Bình An"}
    assert len(find("quận Hoàng Mai", HA_NOI).places) == 12


def test_a_former_unit_that_was_divided_offers_every_part():
    assert set(names(find("phường Ngọc Hà, quận Ba Đình", HA_NOI))) == {"Phường Ngọc Hà", "Phường Ba Đình"}


@pytest.mark.parametrize("table", [AN_GIANG, HA_NOI], ids=["an-giang", "ha-noi"])
def test_every_official_name_is_its_own_unit(table):
    for unit in table:
        found = find(official(unit), table)
        assert (found.sure, [place for place, _ in found.places]) == (True, [unit])


@pytest.mark.parametrize("table", [AN_GIANG, HA_NOI], ids=["an-giang", "ha-noi"])
def test_every_name_without_accents_finds_its_unit(table):
    for unit in table:
        assert unit in [place for place, _ in find(fold(official(unit)), table).places]
        assert unit in [place for place, _ in find(fold(unit.name).upper(), table).places]


@pytest.mark.parametrize("table", [AN_GIANG, HA_NOI], ids=["an-giang", "ha-noi"])
def test_every_former_name_with_its_district_finds_what_became_of_it(table):
    for unit in table:
        for former in unit.former:
            assert unit in [place for place, _ in find(former.replace("|", ", "), table).places], former


def test_one_letter_too_many_still_offers_the_unit():
    for unit in AN_GIANG:
        name = fold(unit.name)
        for place in range(len(name) if len(name) > 5 else 0):
            slip = f"{fold(official(unit)).removesuffix(name)}{name[: place + 1]}e{name[place + 1 :]}"
            assert unit in [found for found, _ in find(slip, AN_GIANG).places], slip


@given(st.text())
def test_no_text_raises(line):
    find(line, AN_GIANG)


def test_a_hundred_addresses_are_found_in_a_moment():
    find("long xuyên", AN_GIANG)
    began = time.perf_counter()
    for _ in range(100):
        find("số 12 ấp Bình An, xã Thoại Sơm, huyện Thoại Sơn, tỉnh An Giang", AN_GIANG)
    assert time.perf_counter() - began < 1

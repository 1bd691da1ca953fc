"""Places in another province are known as such, and no place of ours is taken for one."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content import load, read_bundle
from bot.flows.answers import Unread, read
from bot.flows.programme import Question
from bot.flows.understanding.places import official as commune
from bot.flows.understanding.provinces import elsewhere, official
from bot.flows.values import Event

CONTENT = Path(__file__).parents[2] / "content"
PROGRAMMES = {name: load(read_bundle(CONTENT, name)) for name in ("an-giang", "ha-noi")}
OUTSIDE = [
    ("an-giang", "xã Mỹ Hòa, huyện Tháp Mười, Đồng Tháp", "Tỉnh Đồng Tháp"),
    ("an-giang", "xa Tan Hoi, Cai Lay, Tien Giang", "Tỉnh Đồng Tháp"),
    ("an-giang", "quan 1 tphcm", "Thành phố Hồ Chí Minh"),
    ("an-giang", "Quận 1, TP. HCM", "Thành phố Hồ Chí Minh"),
    ("an-giang", "phuong tan phu, tp hcm", "Thành phố Hồ Chí Minh"),
    ("an-giang", "ninh kieu can tho", "Thành phố Cần Thơ"),
    ("an-giang", "Cần Thơ", "Thành phố Cần Thơ"),
    ("an-giang", "quận Ninh Kiều", "Thành phố Cần Thơ"),
    ("an-giang", "xã X, huyện Y, Cần Thơ, Việt Nam", "Thành phố Cần Thơ"),
    ("an-giang", "Sóc Trăng", "Thành phố Cần Thơ"),
    ("an-giang", "xã Hòa Bình, tỉnh Hòa Bình", "Tỉnh Phú Thọ"),
    ("an-giang", "tp vinh", "Tỉnh Nghệ An"),
    ("an-giang", "Ba Đình, Hà Nội", "Thành phố Hà Nội"),
    ("an-giang", "Saigon", "Thành phố Hồ Chí Minh"),
    ("ha-noi", "Long Xuyên, An Giang", "Tỉnh An Giang"),
    ("ha-noi", "phường 1, Cao Lãnh, Đồng Tháp", "Tỉnh Đồng Tháp"),
    ("ha-noi", "Kiên Giang", "Tỉnh An Giang"),
    ("ha-noi", "Rạch Giá", "Tỉnh An Giang"),
    ("ha-noi", "Từ Sơn, Bắc Ninh", "Tỉnh Bắc Ninh"),
]
INSIDE = [
    ("an-giang", "Long Xuyên"),
    ("an-giang", "Kiên Giang"),
    ("an-giang", "Rạch Giá, Kiên Giang"),
    ("an-giang", "Phú Quốc, tỉnh An Giang, Việt Nam"),
    ("an-giang", "xã Hưng Yên"),
    ("an-giang", "Hòa Bình"),
    ("an-giang", "ấp 3, Hòa Bình"),
    ("an-giang", "Chợ Mới, Hòa Bình"),
    ("an-giang", "đường Hà Tiên, phường Rạch Giá"),
    ("an-giang", "12 đường Cần Thơ"),
    ("an-giang", "ấp Vĩnh Long, xã Vĩnh Bình"),
    ("ha-noi", "xã Đồng Tháp"),
    ("ha-noi", "thôn 3, Đồng Tháp"),
    ("ha-noi", "Hà Đông"),
    ("ha-noi", "Sơn Tây, Hà Nội"),
]


@pytest.mark.parametrize(("programme", "line", "expected"), OUTSIDE)
def test_a_place_in_another_province_is_known_as_one(programme, line, expected):
    found = elsewhere(line, PROGRAMMES[programme].communes, PROGRAMMES[programme].provinces)
    assert found
    assert official(found) == expected


@pytest.mark.parametrize(("programme", "line"), INSIDE)
def test_a_place_of_ours_is_none(programme, line):
    assert elsewhere(line, PROGRAMMES[programme].communes, PROGRAMMES[programme].provinces) is None


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_no_commune_by_any_of_its_names_is_taken_for_another_province(programme):
    found = PROGRAMMES[programme]
    for unit in found.communes:
        formers = [former.split("|") for former in unit.former]
        names = [unit.name, commune(unit), *unit.aliases, *(parts[0] for parts in formers)]
        names += [", ".join(parts) for parts in formers] + [", ".join(parts[:2]) for parts in formers]
        taken = [name for name in names if elsewhere(name, found.communes, found.provinces)]
        assert not taken, (unit.name, taken)


def test_there_are_thirty_four_and_every_former_one_went_into_one_of_them():
    provinces = PROGRAMMES["an-giang"].provinces
    former = [name for each in provinces for name in each.former if name not in ("Hà Tây", "Bà Rịa Vũng Tàu", "brvt")]
    assert len(provinces) == 34
    assert len({each.code for each in provinces}) == 34
    assert len({*former, *(each.name for each in provinces)}) == 63


def test_where_no_condition_asks_after_it_the_question_says_which_province_and_is_put_again():
    said = Event("said", datetime(2026, 11, 23, tzinfo=UTC), {"text": "xã Tân Hội, Cai Lậy, Tiền Giang"})
    result = read(Question("commune", "commune"), said, PROGRAMMES["an-giang"], "vi", date(2026, 11, 23))
    assert isinstance(result, Unread)
    assert result.reason == "answers.commune_elsewhere"
    assert result.values["province"] == "Tỉnh Đồng Tháp"

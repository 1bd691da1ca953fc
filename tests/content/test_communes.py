"""The commune tables say what the law says (facts/programme.md 5.3)."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

CONTENT = Path(__file__).parents[2] / "content"
PROGRAMMES = ("an-giang", "ha-noi")
FORMER = re.compile(
    r"(xã|phường|thị trấn) [^|;]+\|(huyện|quận|thị xã|thành phố) [^|;]+\|"
    r"(An Giang|Kiên Giang|Hà Nội)"
)


def communes(programme: str) -> list[dict[str, str]]:
    path = CONTENT / programme / "communes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def split(cell: str) -> list[str]:
    return cell.split(";") if cell else []


def successors(programme: str, former: str) -> set[str]:
    """The communes of today that took in a former unit, as "kind name"."""
    return {f"{unit['kind']} {unit['name']}" for unit in communes(programme) if former in split(unit["former"])}


@pytest.mark.parametrize(
    ("programme", "kinds"),
    [
        ("an-giang", {"xa": 85, "phuong": 14, "dac_khu": 3}),
        ("ha-noi", {"xa": 75, "phuong": 51}),
    ],
)
def test_there_are_as_many_of_each_kind_as_the_resolutions_say(programme: str, kinds: dict[str, int]) -> None:
    assert Counter(unit["kind"] for unit in communes(programme)) == kinds


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_file_is_plain_utf8_in_nfc(programme: str) -> None:
    text = (CONTENT / programme / "communes.csv").read_bytes().decode("utf-8")
    assert text.startswith("code,kind,name,aliases,former\n")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
    assert not re.search(r"  | [,;|\n]|[,;|\n] |;[,;\n]|,;", text)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_codes_are_five_digits_in_order_and_unique(programme: str) -> None:
    codes = [unit["code"] for unit in communes(programme)]
    assert all(re.fullmatch(r"[0-9]{5}", code) for code in codes)
    assert codes == sorted(set(codes))


def test_no_code_is_in_both_programmes() -> None:
    both = [unit["code"] for name in PROGRAMMES for unit in communes(name)]
    assert len(set(both)) == 102 + 126


@pytest.mark.parametrize(
    ("programme", "code", "name"),
    [
        ("an-giang", "30307", "Long Xuyên"),
        ("an-giang", "30682", "Thoại Sơn"),
        ("an-giang", "30742", "Rạch Giá"),
        ("an-giang", "31078", "Phú Quốc"),
        ("ha-noi", "00004", "Ba Đình"),
        ("ha-noi", "00070", "Hoàn Kiếm"),
        # The draft list of 2025 had other codes for these.
        ("ha-noi", "00082", "Cửa Nam"),
        ("ha-noi", "00226", "Văn Miếu - Quốc Tử Giám"),
        ("ha-noi", "00229", "Kim Liên"),
        ("ha-noi", "04930", "Yên Xuân"),
        ("ha-noi", "10342", "Đại Xuyên"),
    ],
)
def test_codes_are_the_official_ones(programme: str, code: str, name: str) -> None:
    assert [u["name"] for u in communes(programme) if u["code"] == code] == [name]


def test_an_giang_has_these_wards_and_special_zones() -> None:
    names = {kind: {u["name"] for u in communes("an-giang") if u["kind"] == kind} for kind in ("phuong", "dac_khu")}
    assert names["dac_khu"] == {"Phú Quốc", "Kiên Hải", "Thổ Châu"}
    assert names["phuong"] == {
        "Long Xuyên",
        "Bình Đức",
        "Mỹ Thới",
        "Châu Đốc",
        "Vĩnh Tế",
        "Tân Châu",
        "Long Phú",
        "Tịnh Biên",
        "Thới Sơn",
        "Chi Lăng",
        "Rạch Giá",
        "Vĩnh Thông",
        "Hà Tiên",
        "Tô Châu",
    }


def test_six_xa_of_an_giang_are_what_they_were() -> None:
    unchanged = {
        unit["name"]
        for unit in communes("an-giang")
        if unit["kind"] == "xa" and re.fullmatch(rf"xã {unit['name']}\|[^;]+", unit["former"])
    }
    assert unchanged == {
        "Mỹ Hòa Hưng",
        "Bình Giang",
        "Bình Sơn",
        "Hòn Nghệ",
        "Sơn Hải",
        "Tiên Hải",
    }


@pytest.mark.parametrize(
    ("programme", "former", "today"),
    [
        (
            "an-giang",
            "phường Mỹ Bình|thành phố Long Xuyên|An Giang",
            {"phuong Long Xuyên"},
        ),
        ("an-giang", "thị trấn Núi Sập|huyện Thoại Sơn|An Giang", {"xa Thoại Sơn"}),
        (
            "an-giang",
            "phường Dương Đông|thành phố Phú Quốc|Kiên Giang",
            {"dac_khu Phú Quốc"},
        ),
        (
            "an-giang",
            "xã Phước Hưng|huyện An Phú|An Giang",
            {"xa An Phú", "xa Nhơn Hội", "xa Phú Hữu"},
        ),
        # Two of one name in one district, and the town did not become its namesake.
        (
            "an-giang",
            "thị trấn Vĩnh Thuận|huyện Vĩnh Thuận|Kiên Giang",
            {"xa Vĩnh Phong"},
        ),
        ("an-giang", "xã Vĩnh Thuận|huyện Vĩnh Thuận|Kiên Giang", {"xa Vĩnh Thuận"}),
        (
            "ha-noi",
            "phường Cửa Đông|quận Hoàn Kiếm|Hà Nội",
            {"phuong Hoàn Kiếm", "phuong Ba Đình"},
        ),
        (
            "ha-noi",
            "xã Văn Khê|huyện Mê Linh|Hà Nội",
            {"xa Mê Linh", "xa Tiến Thắng", "xa Yên Lãng", "xa Ô Diên"},
        ),
    ],
)
def test_former_units_lead_to_all_their_successors(programme: str, former: str, today: set[str]) -> None:
    assert successors(programme, former) == today


@pytest.mark.parametrize(
    ("programme", "provinces", "divided"),
    [
        ("an-giang", {"An Giang": 155, "Kiên Giang": 143}, 3),
        ("ha-noi", {"Hà Nội": 526}, 199),
    ],
)
def test_every_former_unit_stands_somewhere_and_the_divided_ones_more_than_once(
    programme: str, provinces: dict[str, int], divided: int
) -> None:
    former = Counter(f for unit in communes(programme) for f in split(unit["former"]))
    assert Counter(old.split("|")[2] for old in former) == provinces
    assert sum(times > 1 for times in former.values()) == divided


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_former_units_are_well_formed(programme: str) -> None:
    for unit in communes(programme):
        former = split(unit["former"])
        assert former, unit["name"]
        assert len(former) == len(set(former)), unit["name"]
        assert [old for old in former if not FORMER.fullmatch(old)] == []


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_no_two_communes_share_a_name_or_an_alias(programme: str) -> None:
    units = communes(programme)
    called = [name for u in units for name in (u["name"], *split(u["aliases"]))]
    assert [name for name, times in Counter(called).items() if times > 1] == []


def test_cities_that_are_one_unit_today_are_known_by_their_old_name() -> None:
    aliases = {u["name"]: split(u["aliases"]) for u in communes("an-giang")}
    assert "thành phố Phú Quốc" in aliases["Phú Quốc"]
    assert "Thổ Chu" in aliases["Thổ Châu"]

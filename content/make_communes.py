# /// script
# requires-python = ">=3.11"
# dependencies = ["vietnamadminunits==1.0.4"]
# ///
"""Writes each programme's communes.csv from public data; run once, kept to show how.

Source: the Python package vietnamadminunits 1.0.4, MIT licence, Copyright (c) 2025
Tran Ngoc Minh Hieu. Data of 8 October 2025: names and codes of the National
Statistics Office (NSO), the conversion table of sapnhap.bando.com.vn (July 2025).
Codes, kinds and names were compared with the NSO list of 20 September 2026 and are
equal. Of the conversions, one was missing (see ADDED).

The package is no dependency of the project. In a throw-away environment:

    python3 -m venv "$VENV"     # a folder outside the repository
    "$VENV/bin/pip" install --no-deps vietnamadminunits==1.0.4
    "$VENV/bin/python" content/make_communes.py

Columns: code; kind (xa, phuong, dac_khu); name, without its kind; aliases, joined by
";"; former, the units up to 30 June 2025 that went wholly or partly into this one,
joined by ";", each "kind name|district|province". One that was split stands in each
of its successors. Codes begin with zeros in Hà Nội: read them as text.
"""

import csv
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

Row = tuple[str, ...]

PACKAGE, VERSION = "vietnamadminunits", "1.0.4"
PROGRAMMES = {"an-giang": "tinhangiang", "ha-noi": "thanhphohanoi"}
KINDS = {"Xã": "xa", "Phường": "phuong", "Đặc khu": "dac_khu"}

# What people call exactly this unit and folding cannot make from its name. An old city
# or district is an alias only where nobody could mean another unit of today; where one
# was divided (thành phố Long Xuyên, thị xã Sơn Tây …), `former` names all its parts.
ALIASES = {
    "00226": ("Văn Miếu", "Quốc Tử Giám"),  # Văn Miếu - Quốc Tử Giám
    "30313": ("cù lao Ông Hổ",),  # Mỹ Hòa Hưng
    "30781": ("quần đảo Hải Tặc", "đảo Hải Tặc"),  # Tiên Hải
    "31078": ("thành phố Phú Quốc", "huyện Phú Quốc", "đảo Phú Quốc"),  # Phú Quốc
    "31105": ("Thổ Chu", "đảo Thổ Chu", "quần đảo Thổ Chu"),  # Thổ Châu
    "31108": ("huyện Kiên Hải", "huyện đảo Kiên Hải"),  # Kiên Hải
}

# Former unit → successor that the package lacks. Part of Văn Khê went to Ô Diên: NSO's
# conversion table, and the Hà Nội broadcaster's note on the new xã Ô Diên. They differ
# in one more point, left as the package has it: part of Đặng Xá went to Thuận An. NSO's
# table has Cổ Bi there, whole, and at the same time parts of it in three other units.
ADDED = {"thanhphohanoi_huyenmelinh_xavankhe": "xaodien"}

PRESENT = """
    SELECT wardCode, wardType, ward, wardKey FROM admin_units
    WHERE provinceKey = ? ORDER BY wardCode
"""
FORMER = """
    SELECT provinceKey || '_' || districtKey || '_' || wardKey,
           wardType, ward, districtType, district, provinceShort
    FROM admin_units_legacy WHERE ward IS NOT NULL ORDER BY wardCode
"""


class Unit(NamedTuple):
    """A commune of today; `key` is the package's own id of it within its province."""

    code: str
    kind: str
    name: str
    key: str


def main() -> None:
    """Writes the file of every programme beside this script."""
    data, here = package_data(), Path(__file__).parent
    former = former_units(data)
    for folder, province in PROGRAMMES.items():
        write(here / folder / "communes.csv", rows(data, province, former))


def package_data() -> Path:
    """The package's data, found without importing it (and with it shapely, geopy)."""
    package = distribution(PACKAGE)
    if package.version != VERSION:
        raise SystemExit(f"needs {PACKAGE} {VERSION}, found {package.version}")
    return Path(str(package.locate_file(PACKAGE))) / "data"


def query(data: Path, sql: str, *values: str) -> list[tuple[str, ...]]:
    """All rows of a statement on the package's database, opened for reading only."""
    uri = (data / "dataset.db").resolve().as_uri() + "?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        return database.execute(sql, values).fetchall()


def present_units(data: Path, province: str) -> list[Unit]:
    """The communes of a province in the order of their codes."""
    return [
        Unit(code, KINDS[kind], ward[len(kind) + 1 :], key) for code, kind, ward, key in query(data, PRESENT, province)
    ]


def former_units(data: Path) -> dict[str, str]:
    """Key → "kind name|district|province" of all units up to 30 June 2025, by code."""
    return {
        key: f"{small(kind, ward)}|{small(district_kind, district)}|{province}"
        for key, kind, ward, district_kind, district, province in query(data, FORMER)
    }


def small(kind: str, name: str) -> str:
    """`Thị Trấn Óc Eo` → `thị trấn Óc Eo`: as the name stands within a sentence."""
    return name[: len(kind)].lower() + name[len(kind) :]


def predecessors(data: Path, province: str) -> dict[str, set[str]]:
    """Key of a unit of today → keys of the units that it took in, wholly or partly."""
    table = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for new, whole in table["DICT_PROVINCE_WARD_NO_DIVIDED"][province].items():
        found[new].update(whole)
    for old, successors in table["DICT_PROVINCE_WARD_DIVIDED"][province].items():
        for successor in successors:
            found[successor["newWardKey"]].add(old)
    for old, new in ADDED.items():
        if old.startswith(province):
            found[new].add(old)
    return found


def rows(data: Path, province: str, former: dict[str, str]) -> Iterator[Row]:
    """One row per commune; its former units stand in the order of `former`."""
    parts = predecessors(data, province)
    for code, kind, name, key in present_units(data, province):
        names = (text for old, text in former.items() if old in parts[key])
        yield code, kind, name, ";".join(ALIASES.get(code, ())), ";".join(names)


def write(path: Path, table: Iterable[Row]) -> None:
    """Replaces the file: UTF-8, header first, Unix line ends."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(("code", "kind", "name", "aliases", "former"))
        lines.writerows(table)


if __name__ == "__main__":
    main()

"""Tables of content, as CSV: the communes of a programme, the lines of business and the provinces of the country."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from bot.channel import units
from bot.content.limits import LABEL
from bot.content.problems import Problem
from bot.flows.programme import Commune, Industry, Province

COMMUNES = ["code", "kind", "name", "aliases", "former"]
UNIT_KINDS = ("xa", "phuong", "dac_khu")
PROVINCES = ["code", "kind", "name", "aliases", "former", "places"]
PROVINCE_KINDS = ("tinh", "thanh_pho")
INDUSTRIES = ["code", "parent", "vi", "en", "short_vi", "short_en", "aliases"]
Row = Mapping[str, str]


def communes(file: str, files: Mapping[str, str], problems: list[Problem]) -> Iterator[Commune]:
    """The programme's communes; what is wrong with a line is added to the problems."""
    for line, row in _rows(file, files, COMMUNES, problems):
        if not row["code"] or not row["name"] or row["kind"] not in UNIT_KINDS:
            message = f"a line needs a code, a kind ({', '.join(UNIT_KINDS)}) and a name"
            problems.append(Problem(file, line, message))
            continue
        yield Commune(row["code"], row["kind"], row["name"], _several(row["aliases"]), _several(row["former"]))  # type: ignore[arg-type]


def provinces(file: str, files: Mapping[str, str], problems: list[Problem]) -> Iterator[Province]:
    """All of the country, the programme's own too."""
    for line, row in _rows(file, files, PROVINCES, problems):
        if not row["code"] or not row["name"] or row["kind"] not in PROVINCE_KINDS:
            message = f"a line needs a code, a kind ({', '.join(PROVINCE_KINDS)}) and a name"
            problems.append(Problem(file, line, message))
            continue
        several = (_several(row[column]) for column in PROVINCES[3:])
        yield Province(row["code"], row["kind"], row["name"], *several)  # type: ignore[arg-type]


def industries(file: str, files: Mapping[str, str], problems: list[Problem]) -> Iterator[Industry]:
    """Sections (a letter) and their divisions (two digits)."""
    sections: set[str] = set()
    for line, row in _rows(file, files, INDUSTRIES, problems):
        if wrong := _wrong_industry(row, sections):
            problems.append(Problem(file, line, wrong))
            continue
        code, parent = row["code"], row["parent"]
        sections |= set() if parent else {code}
        title = {"vi": row["vi"], "en": row["en"]}
        short = {"vi": row["short_vi"] or row["vi"], "en": row["short_en"] or row["en"]}
        yield Industry(code, parent, title, short, _several(row["aliases"]))


def _wrong_industry(row: Row, sections: set[str]) -> str:
    code, parent = row["code"], row["parent"]
    if parent and parent not in sections:
        return f"the section '{parent}' does not stand above this line"
    if not (len(code) == 2 and code.isdecimal() if parent else len(code) == 1 and code.isascii() and code.isupper()):
        return "a section's code is one capital letter, a division's is two digits with its section as parent"
    if not row["vi"] or not row["en"]:
        return "a line needs its title in both languages"
    longest = max(units(f"{code} – {row[f'short_{one}'] or row[one]}") for one in ("vi", "en"))
    return f"{longest} characters are too many for a button; give a short title" if longest > LABEL and parent else ""


def _rows(
    file: str, files: Mapping[str, str], columns: list[str], problems: list[Problem]
) -> Iterator[tuple[int, Row]]:
    """The lines below the head, with their numbers; those that begin with # are for the author."""
    lines = files.get(file, ",".join(columns)).splitlines(keepends=True)
    remarks = sum(1 for _ in _leading_remarks(lines))
    rows = csv.DictReader(io.StringIO("".join(lines[remarks:])))
    if list(rows.fieldnames or ()) != columns:
        problems.append(Problem(file, remarks + 1, f"the first line should read {','.join(columns)}"))
        return
    for row in rows:
        yield rows.line_num + remarks, {column: row[column] or "" for column in columns}


def _leading_remarks(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("#"):
            return
        yield line


def _several(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in cell.split(";"))))

"""A person's copy of everything held about them: a page to read, the complete data, and the files they handed in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from bot.files import path_of
from bot.flows.answers import display
from bot.flows.programme import Programme, words

Held = Mapping[str, list[dict[str, Any]]]
SUFFIX = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/heic": ".heic"}
STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "dl{display:grid;grid-template-columns:minmax(8rem,16rem) 1fr;gap:.2rem 1rem;border-top:1px solid #999;padding-top:.5rem}"
    "dt{font-weight:bold}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
)


async def packed(held: Held, programme: Programme, data_dir: Path) -> bytes:
    """The ZIP: du-lieu.html, du-lieu.json and tep/…, of what was read in one moment (`belongings.held`), put together
    beside the conversation."""
    spoken = str(held["person"][0]["language"]) if held["person"] else ""
    language = spoken if spoken in programme.languages else programme.languages[0]
    return await asyncio.to_thread(_packed, held, programme, language, data_dir)


def _packed(held: Held, programme: Programme, language: str, data_dir: Path) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("du-lieu.html", page(held, programme, language))
        archive.writestr("du-lieu.json", json.dumps(held, ensure_ascii=False, indent=1, default=_plain))
        for row in held["files"]:
            file = path_of(data_dir, row["sha256"]) if row["state"] == "ready" else None
            if file and file.is_file():
                archive.write(file, _name(row), ZIP_STORED)
    return out.getvalue()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _name(row: Mapping[str, Any]) -> str:
    """By its public token and its kind: the person's own name for it stands in the page, and may be no file's name."""
    return f"tep/{row['id']}{SUFFIX.get(row['mime'], '')}"


# -- the page --------------------------------------------------------------------------------------------------------


def page(held: Held, programme: Programme, language: str) -> str:
    """Readable without anything else: no script, no picture, nothing from elsewhere."""
    title = escape(programme.render("copy.title", language, {}).plain)
    lead = escape(programme.render("copy.lead", language, {}).plain)
    body = "".join(_section(name, rows, programme, language) for name, rows in held.items() if rows)
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f"{head}<h1>{title}</h1><p>{lead}</p>{body}</html>"


def _section(name: str, rows: list[dict[str, Any]], programme: Programme, language: str) -> str:
    heading = escape(programme.render(f"copy.section.{name}", language, {}).plain)
    shown = "".join(f"<dl>{''.join(_items(name, row, programme, language))}</dl>" for row in rows)
    return f"<h2>{heading}</h2>{shown}"


def _items(name: str, row: Mapping[str, Any], programme: Programme, language: str) -> Iterator[str]:
    for key, value in row.items():
        if name == "submissions" and key == "answers":
            pairs: Iterable[tuple[str, str]] = _answers(row, programme, language)
        else:
            pairs = [(_field(key, programme, language), _value(key, value, programme))]
        for label, words_ in pairs:
            if words_:
                yield f"<dt>{escape(label)}</dt><dd>{escape(words_)}</dd>"


def _field(key: str, programme: Programme, language: str) -> str:
    text_id = f"copy.field.{key}"
    return programme.render(text_id, language, {}).plain if programme.has(text_id) else key


def _value(key: str, value: Any, programme: Programme) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(programme.zone).strftime("%H:%M %d/%m/%Y")
        case {"text": str(said)} if key == "body":
            return said
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(value)


def _answers(row: Mapping[str, Any], programme: Programme, language: str) -> Iterator[tuple[str, str]]:
    """Each answer by what its question is called and as it is shown; one of another release as it is stored."""
    form = programme.older.get(row["release"], programme).forms.get(row["form"])
    for name, value in row["answers"].items():
        question = form.by_id.get(name) if form else None
        if form and question:
            yield words(form.short.get(name, {}), language) or name, display(question, value, programme, language)
        else:
            yield name, _value(name, value, programme)

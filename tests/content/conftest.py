"""A small programme without a fault, as files, for tests to break in one place each."""

import json
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from bot.content import Bundle, Problem, check
from bot.content.lint import TOPICS
from bot.content.source import read_yaml

CONTENT = Path(__file__).parents[2] / "content"
PROGRAMME = """\
format: 1
id: demo
name: Chương trình mẫu
languages: [vi]
time_zone: Asia/Ho_Chi_Minh
menu: [topic.barcode, form.survey, human]
purposes:
  - {id: request, title: Xử lý yêu cầu}
facts:
  agency: {title: Cơ quan, value: Sở Mẫu}
  phone: {title: Điện thoại, value: ""}
targets:
  - {id: one, title: Mục tiêu, basis: Kế hoạch mẫu, period: 2026–2030, value: 100}
"""
SURVEY = """\
format: 1
title: Khảo sát mẫu
keywords: [khao sat]
consent: request
intro: Chào anh/chị.
thanks: |
  Cảm ơn anh/chị.
  Gọi {{ facts.phone }} khi cần.
sections: [{id: unit, title: Đơn vị}]
questions:
  - id: needs
    type: choices
    section: unit
    text: Cần gì?
    short: Nhu cầu
    options:
      - {id: barcode, label: Mã vạch}
      - {id: training, label: Tập huấn}
      - {id: nothing, label: Chưa cần}
    none: nothing
  - id: items
    type: number
    text: Có bao nhiêu mặt hàng?
    when: "'barcode' in needs"
    minimum: 1
    maximum: 100
  - id: people
    type: number
    text: Bao nhiêu người học?
    when: "'training' in needs"
    check: value <= items
    invalid: Nhiều hơn {{ answers.items }}.
    optional: true
  - id: owner
    type: text
    text: "Ai liên hệ, khi cần {{ answers.needs }}?"
    personal: true
computed:
  - id: size
    cases:
      - {when: items >= 10, value: large}
    otherwise: small
"""
NEEDS = {"common.updating": "", "label.yes": "", "flow.paused": "title", "flow.picked": "labels"}
TEXTS = """\
common:
  updating: đang cập nhật
consents:
  request: Anh/chị đồng ý không?
label:
  yes: Có
flow:
  paused: Đã dừng **{{ title }}**.
  picked: |
    Đã chọn:
    {{ labels | join('; ') }}
"""
ROUTES = """\
human: {title: Gặp cán bộ, keywords: [can bo]}
"""


def topic(name: str) -> str:
    return f"---\ntitle: Bài {name}\nkeywords: [{name}]\n---\nVề **{name}**.\n\n<!-- more -->\n\nDài hơn.\n\nHỏi {{{{ facts.agency }}}}.\n"


def few(part: object) -> object:
    """The same lists with three entries each: a lexicon of it is built in no time."""
    if isinstance(part, dict):
        return {key: few(value) for key, value in part.items()}
    return part[:3] if isinstance(part, list) else part


@cache
def few_words() -> str:
    file = "common/words.yaml"
    return json.dumps(few(read_yaml(file, (CONTENT / file).read_text(encoding="utf-8")).data), indent=1)


class Files(dict[str, str]):
    """Files of a programme called demo, that a test changes and then makes a bundle of."""

    def swap(self, file: str, old: str, new: str) -> "Files":
        """The same with one place of one file changed; the place must be there."""
        assert old in self[file]
        self[file] = self[file].replace(old, new, 1)
        return self

    def add(self, file: str, text: str) -> "Files":
        self[file] = self.get(file, "") + dedent(text)
        return self

    def line(self, file: str, words: str) -> int:
        """The number of the first line that holds the words."""
        return next(number for number, line in enumerate(self[file].split("\n"), 1) if words in line)

    def bundle(self) -> Bundle:
        return Bundle("demo", dict(self))

    def check(self) -> list[Problem]:
        """Its problems, in a house that says few texts."""
        return check(self.bundle(), NEEDS)


@pytest.fixture
def files() -> Files:
    found = Files({f"demo/topics/{name}.vi.md": topic(name) for name in TOPICS})
    found["demo/programme.yaml"] = PROGRAMME
    found["demo/forms/survey.yaml"] = SURVEY
    found["common/texts/flow.vi.yaml"] = TEXTS
    found["common/routes.vi.yaml"] = ROUTES
    found["common/words.yaml"] = few_words()
    found["demo/communes.csv"] = "code,kind,name,aliases,former\n1,xa,Mẫu Một,mm;mau,xã Cũ|huyện Cũ|tỉnh Cũ\n"
    return found

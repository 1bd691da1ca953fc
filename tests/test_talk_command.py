"""`nhipcau talk`: one flushed JSON line for each line of input and nothing else, whatever the line holds (DESIGN 6)."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.process import environment

PATIENCE = 40.0  # seconds: the start is the longest
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Talk:
    """The command as another program uses it: a line in, a line out."""

    def __init__(self, data_dir: Path, *arguments: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "talk", "--json", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=data_dir.parent,
            env={**environment(data_dir), **env},
            bufsize=0,
        )
        self.buffer = b""

    def send(self, line: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(line)

    def say(self, line: str | bytes) -> dict[str, Any]:
        self.send((line.encode() if isinstance(line, str) else line) + b"\n")
        return self.answer()

    def answer(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\n" not in self.buffer:
            assert self.ready(until - time.monotonic()), "no line came"
            self._read()
        line, _, self.buffer = self.buffer.partition(b"\n")
        turn: dict[str, Any] = json.loads(line)
        assert set(turn) == {"messages", "route", "effects"}
        assert all(set(message) == {"text", "choices"} for message in turn["messages"])
        assert all(set(choice) == {"value", "label"} for m in turn["messages"] for choice in m["choices"])
        assert all(set(effect) == {"name", "data"} for effect in turn["effects"])
        return turn

    def ready(self, seconds: float) -> bool:
        assert self.process.stdout
        return bool(select.select([self.process.stdout], [], [], max(0.0, seconds))[0])

    def _read(self) -> None:
        assert self.process.stdout
        chunk = os.read(self.process.stdout.fileno(), 1 << 16)
        assert chunk, (self.process.stderr.read() if self.process.stderr else b"").decode()
        self.buffer += chunk

    def end(self) -> tuple[bytes, str]:
        """What else was on standard output, and what on standard error."""
        out, err = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, err
        return self.buffer + out, err.decode()


@contextmanager
def talking(folder: Path, *arguments: str, **env: str) -> Iterator[Talk]:
    """To its orderly end: nothing else was printed anywhere."""
    (folder / "data").mkdir(exist_ok=True)
    talk = Talk(folder / "data", *arguments, **env)
    try:
        yield talk
        assert talk.end() == (b"", "")
    finally:
        talk.process.kill()
        talk.process.communicate()


def text(turn: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in turn["messages"])


def values(turn: dict[str, Any]) -> list[str]:
    return [choice["value"] for message in turn["messages"] for choice in message["choices"]]


def test_one_line_for_each_line(tmp_path):
    with talking(tmp_path) as talk:  # what was said before the first line would be read as its answer
        empty = talk.say("")
        assert empty["route"] == "unknown"
        assert empty["messages"]
        begun = talk.say("khảo sát")
        assert begun["route"] == "form.needs_survey"
        assert not any(effect["name"] == "record_consent" for effect in begun["effects"])
        agreed = talk.say("/tap " + next(value for value in values(begun) if value.endswith(".yes")))
        assert agreed["route"] == "consent"
        assert {"name": "record_consent", "purpose": "request", "granted": True}.items() <= (
            {"name": "record_consent"}
            | next(effect["data"] for effect in agreed["effects"] if effect["name"] == "record_consent")
        ).items()
        answered = talk.say("lúa gạo")
        assert answered["route"] == "answer"
        assert any(effect["name"] == "keep_answers" for effect in answered["effects"])
        assert talk.say("mã vạch là gì?")["route"] == "topic.barcode"
        again = talk.say("/tap 1.sector.rice")
        assert (again["route"], again["effects"]) == ("again", []), "a late tap on the same button answers nothing"
        assert talk.say("/tap go.topic.traceability")["route"] == "topic.traceability"
        assert talk.say("/start")["route"] == "menu"
        assert talk.say("chao em")["route"] == "menu"
    assert list((tmp_path / "data").iterdir()) == [], "a throw-away store is thrown away"


def test_every_command_counts_as_one_line(tmp_path):
    (tmp_path / "giấy phép.pdf").write_bytes(PDF)
    (tmp_path / "program.exe").write_bytes(b"MZ\x90\x00" * 100)
    lines = [
        "/location 10.37 105.43", "/location", "/location nan nan", "/location 999 999", "/location x y",
        "/file giấy phép.pdf", "/file program.exe", "/file not-there.pdf", "/file", "/file /", "/file \x00\x01", "/file " + "z" * 5000,
        "/tap", "/tap x", "/tap " + "y" * 5000, "/wait 3d", "/wait", "/wait soon", "/wait 99999999999999d", "/wait 2w 3h",
        "/", "//", "/unknown", "/tap\t1.sector.rice", "   ", "\t",
    ]  # fmt: skip
    with talking(tmp_path) as talk:
        turns = {line: talk.say(line) for line in lines}
        assert "tệp" in text(turns["/file giấy phép.pdf"])
        assert "program.exe" in text(turns["/file program.exe"])
        assert all(turns[line]["messages"] for line in lines if not line.startswith("/wait")), "each gets an answer"
        assert not turns["/wait soon"]["messages"]


def test_three_days_later_a_form_left_in_the_middle_is_mentioned_once(tmp_path):
    with talking(tmp_path) as talk:
        for line in ("khảo sát", "đồng ý", "lúa gạo"):
            talk.say(line)
        later = [talk.say("/wait 3d"), talk.say("/wait 3d"), talk.say("/wait 3d")]
        assert sum("còn đang dở" in text(turn) for turn in later) == 1
        assert talk.say("25")["route"] == "answer"


RUBBISH = [
    bytes(range(1, 10)) + bytes(range(11, 256)),
    b"\x00\x00\x00",
    b"\xff\xfe\xfd",
    b"\xed\xa0\x80",  # half a surrogate pair
    "\u202e\u2066ed\u2069\u202c".encode(),
    ("\u200b\u200c\u200d\ufeff" * 20).encode(),
    ("a" + "\u0301" * 3000).encode(),
    b"<script>alert(1)</script> [x](javascript:alert(1)) **b** `c`",
    b"{{ facts }} {% for x in range(10**9) %}{% endfor %}",
    b"{{ 7*7 }} ${7*7} #{7*7}",
    b"'; DROP TABLE letters; --",
    b"1" * 5000,
    ("🙏" * 500).encode(),
    b"\r",
    b"\xc2\x85\xe2\x80\xa8x\xe2\x80\xa9y",  # line ends that are none here
]


def test_rubbish_is_answered_at_a_question_and_without_one(tmp_path):
    with talking(tmp_path) as talk:
        for line in RUBBISH:
            turn = talk.say(line)
            assert turn["messages"], line
            assert "49" not in text(turn)
        for words in ("khảo sát", "đồng ý"):
            talk.say(words)
        for line in RUBBISH:
            turn = talk.say(line)
            assert turn["route"] in ("again", "answer", "human"), (line, turn["route"])
            assert turn["messages"]


def test_a_hundred_thousand_characters(tmp_path):
    with talking(tmp_path) as talk:
        for words in ("x" * 100_000, "mã vạch " * 12_500, "đ" * 100_000, "1 " * 50_000):
            began = time.monotonic()
            assert talk.say(words)["messages"]
            took = time.monotonic() - began
            assert took < PATIENCE / 2
        for words in ("khảo sát", "đồng ý", "lúa gạo"):
            talk.say(words)
        assert talk.say("9" * 100_000)["route"] == "again"
        assert talk.say("25")["route"] == "answer", "the question still waits"


def test_without_a_last_newline_and_with_windows_line_ends(tmp_path):
    with talking(tmp_path) as talk:
        assert talk.say(b"menu\r")["route"] == "menu"
        talk.send(b"menu")
        out, err = talk.end()
        assert (out.count(b"\n"), err) == (1, "")
        assert json.loads(out)["route"] == "menu"
        talk.end = lambda: (b"", "")  # type: ignore[method-assign]  # it has ended


def test_a_locale_without_utf_8_changes_nothing(tmp_path):
    with talking(
        tmp_path, LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii"
    ) as talk:
        assert "Anh/chị" in text(talk.say("menu"))


def test_keep_goes_on_where_it_was_and_shows_nothing_old(tmp_path):
    with talking(tmp_path, "--keep") as talk:
        for line in ("khảo sát", "đồng ý", "lúa gạo"):
            talk.say(line)
    with talking(tmp_path, "--keep") as talk:
        turn = talk.say("25")
        assert turn["route"] == "answer"
        assert len(turn["messages"]) == 1
        (kept,) = [effect["data"]["answers"] for effect in turn["effects"] if effect["name"] == "keep_answers"]
        assert kept == {"sector": "rice", "employees": 25}
    with talking(tmp_path) as talk:
        assert talk.say("25")["route"] != "answer", "without --keep nothing is known"


@pytest.mark.parametrize("arguments", [[], ["--lang", "xx"]])
def test_in_words_for_people_who_may_type_a_button_in_brackets(tmp_path, arguments):
    done = subprocess.run(
        [sys.executable, "-m", "bot", "talk", *arguments], input="menu\n[Gặp cán bộ]\n", capture_output=True, text=True,
        cwd=tmp_path, env=environment(tmp_path / "data"), timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert "[Gặp cán bộ]" in done.stdout
    assert "Giờ trả lời (dự kiến)" in done.stdout
    assert done.stderr == ""

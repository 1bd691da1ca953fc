"""`nhipcau talk --json` as other programs rely on it: one flushed JSON line per input line, nothing else."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def talk(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NHIPCAU_")}
    environment |= {"NHIPCAU_DATA_DIR": str(tmp_path / "data"), "LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}

    def run(lines, *arguments):
        given = lines if isinstance(lines, bytes) else "".join(f"{line}\n" for line in lines).encode()
        command = [sys.executable, "-m", "bot", "talk", *arguments]
        done = subprocess.run(command, input=given, env=environment, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert b"Traceback" not in done.stderr
        return [json.loads(line) for line in done.stdout.decode().splitlines()]

    return run


def test_one_json_line_per_input_line(talk):
    turns = talk(["chao em", "", "ma vach la gi", "/tap go.topic.traceability", "khao sat"], "--json")
    assert [turn["route"] for turn in turns] == [
        "menu",
        "unknown",
        "topic.barcode",
        "topic.traceability",
        "form.needs_survey",
    ]
    for turn in turns:
        assert set(turn) == {"messages", "route", "effects"}
        assert all(set(message) == {"text", "choices"} for message in turn["messages"])
        assert turn["messages"]


def test_each_line_is_answered_before_the_next_is_read(tmp_path):
    environment = {**os.environ, "NHIPCAU_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "bot", "talk", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        for line, route in ((b"menu\n", "menu"), (b"gap can bo\n", "human")):
            process.stdin.write(line)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["route"] == route
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


def test_effects_taps_and_answers(talk):
    turns = talk(["khảo sát", "đồng ý", "/tap 1.sector.rice", "/tap 1.sector.rice"], "--json")
    assert [effect["name"] for effect in turns[1]["effects"]] == ["record_consent"]
    assert turns[1]["effects"][0]["data"]["granted"] is True
    kept = [effect for effect in turns[2]["effects"] if effect["name"] == "keep_answers"]
    assert kept[0]["data"]["answers"] == {"sector": "rice"}
    assert turns[3]["effects"] == [], "a second tap on the same button answers nothing"
    assert turns[3]["route"] == "again"


def test_files_and_places(talk, tmp_path):
    good, bad = tmp_path / "giấy phép.pdf", tmp_path / "tool.exe"
    good.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    bad.write_bytes(b"MZ" + bytes(100))
    turns = talk(
        [f"/file {good}", f"/file {bad}", "/file /không/có/tệp", "/location 10.37 105.43", "/location ở nhà"], "--json"
    )
    assert len(turns) == 5
    assert "tool.exe" in turns[1]["messages"][0]["text"]
    assert all(turn["messages"] for turn in turns)


def test_waiting_brings_the_reminder(talk):
    turns = talk(["khao sat", "dong y", "gao", "/wait 4d"], "--json")
    assert len(turns) == 4
    assert any("đang dở" in message["text"] for message in turns[3]["messages"])


def test_strange_bytes_and_long_lines(talk):
    turns = talk(
        b"\xff\xfe\x00\x01\n" + b"a" * 100_000 + b"\n\xe2\x80\xae\xe2\x80\x8b\n<b>*x*</b> {{ 7*7 }}\n", "--json"
    )
    assert len(turns) == 4
    assert all(turn["messages"] for turn in turns)
    assert "49" not in turns[3]["messages"][0]["text"]


def test_kept_store_remembers(talk):
    talk(["khao sat", "dong y", "gao"], "--json", "--keep")
    (turn,) = talk(["25"], "--json", "--keep")
    assert turn["route"] == "answer"
    assert talk(["25"], "--json")[0]["route"] != "answer", "without --keep each conversation is new"


def test_in_plain_text_bubbles_and_buttons_are_shown(tmp_path):
    environment = {**os.environ, "NHIPCAU_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "bot", "talk"]
    done = subprocess.run(
        command, input="menu\n[Gặp cán bộ]\n".encode(), env=environment, capture_output=True, timeout=60, check=True
    )
    shown = done.stdout.decode()
    assert "[Gặp cán bộ]" in shown
    assert "Giờ làm việc" in shown

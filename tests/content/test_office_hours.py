"""When officials are there: read from programme.yaml, and every slip told with its line."""

from datetime import time

import pytest

from bot.content import load
from bot.flows.programme import OfficeHours

MAIN = "demo/programme.yaml"
LINE = 'office_hours: {days: [tue, mon, mon], hours: [["7:30", "11:30"], ["13:30", "17:00"]]}\n'


def test_they_are_read(files):
    assert load(files.bundle()).office_hours is None
    files.swap(MAIN, "purposes:", f"{LINE}purposes:")
    assert load(files.bundle()).office_hours == OfficeHours(
        (0, 1), ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
    )
    assert files.check() == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("11:30", "25:30", "pairs of times"),
        ("11:30", "trưa", "pairs of times"),
        ("11:30", "13:40", "pairs of times"),  # overlaps the afternoon
        ("17:00", "13:00", "pairs of times"),
        ('["7:30", "11:30"], ', '["7:30"], ', "at least 2 items"),
        ("tue", "thứ ba", "Input should be 'mon'"),
        ("days:", "day:", "did you mean 'days'?"),
    ],
)
def test_a_slip_is_told_with_its_line(files, old, new, message):
    files.swap(MAIN, "purposes:", f"{LINE.replace(old, new)}purposes:")
    problems = [problem for problem in files.check() if message in problem.message]
    assert {(problem.file, problem.line) for problem in problems} == {(MAIN, files.line(MAIN, "office_hours"))}

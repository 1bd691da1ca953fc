"""Which supports fit a form's answers: rules in the form itself, checked like its other comparisons, and in the real
surveys true to every need that can be chosen."""

from functools import cache
from pathlib import Path

import pytest

from bot.content import load, read_bundle, report
from bot.flows.engine.fitting import fits
from bot.flows.engine.scene import Scene
from bot.flows.session import Draft, Session
from bot.flows.values import Event
from tests.flows.engine_house import AT

CONTENT = Path(__file__).parents[2] / "content"
PROGRAMMES = ("an-giang", "ha-noi")
MAIN, FORM = "demo/programme.yaml", "demo/forms/survey.yaml"
AFTER = """\
after:
  - {when: "'training' in needs and people > 1", support: training, why: Muốn học}
  - {when: "size == 'large'", support: barcode, why: Nhiều mặt hàng}
"""
BROKEN = {
    "an unknown support": ("support: barcode", "support: barcod", "is not among the supports"),
    "an unknown answer": ("people > 1", "nobody > 1", "no earlier answer is called nobody"),
    "an unknown option": ("'training' in needs", "'teaching' in needs", "has no option 'teaching'"),
    "an unknown computed value": ("'large'", "'huge'", "has no option 'huge'"),
    "no comparison": ("size == 'large'", "size", "is not a yes/no answer"),
    "an unknown key": ("why: Nhiều", "wy: Nhiều", "'wy' is not a known key here"),
}


@pytest.fixture
def ruled(files):
    rows = "supports:\n  - {id: barcode, title: Mã vạch}\n  - {id: training, title: Học}\ntargets:"
    files.swap(MAIN, "targets:", rows).swap(FORM, "computed:", AFTER + "computed:")
    assert report(files.check()) == ""
    return files


@pytest.mark.parametrize("kind", BROKEN)
def test_a_rule_that_cannot_hold_is_found_with_its_line(ruled, kind):
    old, new, message = BROKEN[kind]
    ruled.swap(FORM, old, new)
    found = [(each.file, each.line) for each in ruled.check() if message in each.message]
    assert found == [(FORM, ruled.line(FORM, new))], report(ruled.check())


def test_it_speaks_every_language(ruled):
    ruled.swap(MAIN, "languages: [vi]", "languages: [vi, en]")
    assert "'why' is missing in the language 'en'" in report(ruled.check())


@cache
def real(name):
    return load(read_bundle(CONTENT, name))


def fitting(name, **answers):
    """The supports that fit a survey with these answers."""
    programme = real(name)
    draft = Draft(1, "needs_survey", programme.release, answers)
    scene = Scene(Session(draft=draft), Event("form_submitted", AT), programme)
    return [support.id for _, support in fits(scene)]


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_need_that_is_a_support_is_answered(name):
    needs = {option.id for option in real(name).forms["needs_survey"].question("needs").options}
    known = {"systems": ["iso_9001"], "problems": ["other"], "barcode_now": "unknown", "tracing_now": ["paper"]}
    supports = {entry.id: entry for entry in real(name).entries["supports"]}
    for need in needs & {*supports}:
        group = supports[need].data["groups"][0]
        assert fitting(name, needs=[need], group=group, operating_years="unknown", **known) == [need]
    assert needs - {*supports} == {"unsure", "no_need"}
    assert fitting(name, needs=["no_need"], group="enterprise") == []
    assert fitting(name, needs=["unsure"], problems=["unsure"], group="enterprise") == []


def test_problems_alone_suggest_tools():
    assert fitting("an-giang", needs=["unsure"], problems=["messy"], group="household") == ["tool"]


def test_what_is_not_for_their_group_is_not_named():
    answers = {"needs": ["award", "barcode"], "operating_years": "from_3", "barcode_now": "none"}
    assert fitting("an-giang", **answers, group="enterprise") == ["barcode", "award"]
    assert fitting("an-giang", **answers, group="household") == ["barcode"]


def test_the_first_rule_says_why():
    programme = real("an-giang")
    draft = Draft(1, "needs_survey", programme.release, {"needs": ["barcode"], "barcode_now": "expired"})
    ((fit, _),) = fits(Scene(Session(draft=draft), Event("form_submitted", AT), programme))
    assert "hết hiệu lực" in fit.why["vi"]

"""The programme's data about cases: what check finds in it, and that a form's conditions are read and typed."""

from functools import cache

import pytest

from bot.content import Bundle, check, load
from bot.flows.stages import CLOSED, STATES, stages
from tests.replay import content, release

MAIN, FORM = "an-giang/programme.yaml", "an-giang/forms/support_application.yaml"


@cache
def bundle() -> Bundle:
    return release("cases")


def changed(file: str, old: str, new: str) -> Bundle:
    assert old in bundle().files[file]
    return Bundle("an-giang", {**bundle().files, file: bundle().files[file].replace(old, new, 1)})


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "message"),
    [
        (MAIN, "    state: lapsed\n", "", "id: lapsed", "'state' is missing"),
        (MAIN, "    state: lapsed\n", "    state: withdrawn\n", "stages:", "no stage has the state lapsed"),
        (MAIN, "state: approved", "state: granted", "state: granted", "'state'"),
        (MAIN, "then: budget_review", "then: budget", "then: budget", "'budget' is not among the stages"),
        (MAIN, 'opens: ""', 'opens: "2026-02-30"', "opens:", "'2026-02-30' is no day"),
        (MAIN, 'opens: "", closes: ""', 'opens: "2026-02-03", closes: "2026-02-02"', "closes:", "before it opens"),
        (MAIN, "supports: [], opens", "supports: [tols], opens", "tols", "'tols' is not among the supports"),
        (MAIN, "case_prefix: AG", "#", "", "'case_prefix' is missing"),
        (MAIN, "case_prefix: AG", "case_prefix: ag", "case_prefix", "ag"),
        (MAIN, "holds: works_in_line", "holds: works_in_lin", "", "no earlier answer is called works_in_lin"),
        (MAIN, "holds: works_in_line", "holds: works_in_line > 3", "", "cannot be compared"),
        (MAIN, "missing: {vi:", "missing: {fr:", "missing:", "missing in the language 'vi'"),
        (FORM, "conditions: [address", "conditions: [adress", "conditions:", "'adress' is not among the conditions"),
    ],
)
def test_what_is_wrong_is_found_where_it_stands(file, old, new, line, message):
    broken = changed(file, old, new)
    found = [problem for problem in check(broken) if message in problem.message]
    assert found
    assert line in broken.files[found[0].file].split("\n")[found[0].line - 1]


def test_it_is_clean_as_it_stands():
    assert check(bundle()) == []


@pytest.mark.parametrize("programme", ["an-giang", "ha-noi"])
def test_every_state_has_a_stage_and_only_the_last_ones_are_final(programme):
    known = stages(load(content(programme)))
    assert {stage.state for stage in known.values()} == set(STATES)
    rows = load(content(programme)).entries["stages"]
    assert {row.id for row in rows if row.data.get("final")} == {
        one.id for one in known.values() if one.state in CLOSED
    }
    waiting = next(stage for stage in known.values() if stage.state == "supplement")
    assert (waiting.days, waiting.unit, waiting.actor, waiting.remind) == (15, "calendar", "applicant", (5, 1, 0))


def test_a_form_s_conditions_are_the_programme_s():
    form = load(bundle()).forms["support_application"]
    assert [(one.id, one.blocks) for one in form.conditions] == [
        ("address", True), ("group", True), ("registered_line", False),
    ]  # fmt: skip


def test_data_of_releases_before_there_were_cases_can_still_be_read():
    """They said `remind: true` and plain words, and no state."""
    old = bundle().files[MAIN]
    start = old.index("\nstages:")
    end = old.index("\ncriteria:")
    plain = "\nstages:\n  - {id: received, title: Đã tiếp nhận, says: Đã nhận., remind: true, days: 10}\n"
    files = {**bundle().files, MAIN: old[:start] + plain + old[end:]}
    del files[FORM]
    assert stages(load(Bundle("an-giang", files))) == {}

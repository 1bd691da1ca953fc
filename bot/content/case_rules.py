"""What the programme's data about cases must keep to: stages for every state, calls with real days, numbers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.content.material import Material
from bot.content.problems import Problem
from bot.flows.programme import Programme
from bot.flows.stages import STATES


def check_cases(material: Material, programme: Programme) -> Iterator[Problem]:
    used = any(form.model.sends == "open_cases" for form in material.forms.values())
    yield from _stages(material, used)
    yield from _calls(material)
    main = material.programme
    if used and not main.model.case_prefix:
        yield main.problem("'case_prefix' is missing: with what do the numbers of cases begin?")


def _stages(material: Material, used: bool) -> Iterator[Problem]:
    main, stages = material.programme, material.programme.model.stages
    ids = {stage.id for stage in stages}
    for number, stage in enumerate(stages):
        if not stage.state:
            yield main.problem(f"'state' is missing; known: open, {', '.join(STATES)}", "stages", number)
        if stage.then and stage.then not in ids:
            yield main.problem(f"'{stage.then}' is not among the stages", "stages", number, "then")
    missing = [state for state in STATES if state not in {stage.state for stage in stages}]
    if missing and (stages or used):
        yield main.problem(f"no stage has the state {', '.join(missing)}: a case could not go there", "stages")


def _calls(material: Material) -> Iterator[Problem]:
    main = material.programme
    supports = {row.id for row in main.model.supports}
    for number, call in enumerate(main.model.calls):
        days = {}
        for key in ("opens", "closes"):
            try:
                days[key] = date.fromisoformat(written) if (written := getattr(call, key)) else None
            except ValueError:
                yield main.problem(f"'{getattr(call, key)}' is no day", "calls", number, key)
        if (first := days.get("opens")) and (last := days.get("closes")) and last < first:
            yield main.problem("this call closes before it opens", "calls", number, "closes")
        for at, support in enumerate(call.supports):
            if support not in supports:
                yield main.problem(f"'{support}' is not among the supports", "calls", number, "supports", at)

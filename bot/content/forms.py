"""A form's model → the Form that the engine walks: conditions parsed and type-checked against what is asked before."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from bot.content.material import Read
from bot.content.problems import Problem
from bot.content.schema import ComputedModel, ConditionModel, FormModel, OptionModel, ProgrammeModel, QuestionModel
from bot.content.scores import names_after, scored
from bot.flows.conditions import KINDS, Condition, ConditionError, parse
from bot.flows.paths import TooManyPaths, follow
from bot.flows.programme import Computed, Eligibility, Fit, Form, Option, Question, Score, Section

PERSONAL = ("phone", "email", "tax_code", "file", "location", "people")  # personal data whatever the form says


@dataclass(slots=True)
class Building:
    """One form in the making. `kinds` and `options` are of the answers known so far; `sections`: of the industrial
    classification."""

    read: Read[FormModel]
    sections: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    options: dict[str, frozenset[str]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    computed: list[Computed] = field(default_factory=list)
    left: list[tuple[int, ComputedModel]] = field(default_factory=list)
    scores: tuple[Score, ...] = ()

    def condition(self, source: str, *path: str | int, value: QuestionModel | None = None) -> Condition | None:
        """The condition, or None with its problem kept. `value`: the question whose answer is called value in it."""
        kinds, options = dict(self.kinds), dict(self.options)
        if value:
            kinds["value"] = kind(value)
            if possible := self.possible(value):
                options["value"] = possible
        try:
            return parse(source, kinds, options)
        except ConditionError as error:
            self.problems.append(self.read.problem(f"'{path[-1]}': {error}{self._later(str(error))}", *path))
            return None

    def possible(self, question: QuestionModel) -> frozenset[str]:
        """What a condition can find the answer to be, where that is a matter of few words."""
        industry = question.type == "industry"
        return self.sections if industry else frozenset(option.id for option in question.options)

    def _later(self, message: str) -> str:
        ids = [question.id for question in self.read.model.questions]
        name = message.rpartition(" ")[2]
        return " (it is asked later; move the question up)" if name in ids and name not in self.kinds else ""


def build(
    id: str, read: Read[FormModel], sections: frozenset[str], programme: ProgrammeModel
) -> tuple[Form, list[Problem]]:
    """The form, as far as it can be built, and what is wrong with its conditions and points. `sections`: of the industrial
    classification; `programme`: whose criteria and conditions it names."""
    scores, problems = scored(read, programme.criteria)
    building = Building(read, sections, problems, left=list(enumerate(read.model.computed)), scores=scores)
    _compute(building)
    for number, question in enumerate(read.model.questions):
        building.questions.append(_question(building, number, question))
        building.kinds[question.id] = kind(question)
        if possible := building.possible(question):
            building.options[question.id] = possible
        building.kinds |= names_after(building.scores, building.kinds)
        _compute(building)
    _compute(building, last=True)
    form = replace(_form(id, read.model, building), conditions=eligibility(building, programme))
    try:
        return replace(form, total=follow(form).longest), building.problems
    except TooManyPaths as error:
        problem = read.problem(f"{error}; let fewer conditions depend on it", "questions")
        return form, [*building.problems, problem]


def kind(question: QuestionModel) -> str:
    """What a condition can do with the answer."""
    return KINDS.get(question.type, "date" if question.type == "date" else "text")


def eligibility(building: Building, programme: ProgrammeModel) -> tuple[Eligibility, ...]:
    """The programme's conditions that the form names, each over all of its answers."""
    known, found = {row.id: row for row in programme.conditions}, []
    places = {question.id: "str" for question in building.read.model.questions if question.type == "commune"}
    building.kinds |= places  # "commune != ''" asks whether one was named at all: they are all in the province
    for number, name in enumerate(building.read.model.conditions):
        row = known.get(name)
        if row is None or not row.holds:
            message = f"'{name}' is not among the conditions of programme.yaml that say what 'holds'"
            building.problems.append(building.read.problem(message, "conditions", number))
        elif holds := building.condition(row.holds, "conditions", number):
            found.append(_condition(row, holds, programme))
    return tuple(found)


def _condition(row: ConditionModel, holds: Condition, programme: ProgrammeModel) -> Eligibility:
    supports = programme.supports if row.each_support else []
    groups = {each.id: tuple(listed) for each in supports if (listed := getattr(each, "groups", None))}
    return Eligibility(
        row.id, row.title, holds, row.basis, row.missing, row.advice, row.blocks, row.because, row.cited, groups
    )


def _form(id: str, model: FormModel, building: Building) -> Form:
    return Form(
        id,
        model.title,
        tuple(building.questions),
        sections=tuple(Section(section.id, section.title) for section in model.sections),
        computed=tuple(building.computed),
        scores=building.scores,
        consent=model.consent,
        offers=tuple(model.offers),
        short={question.id: question.short for question in model.questions if question.short},
        minutes=model.minutes,
        organisation=model.organisation,
        sends=model.sends,
        hidden=model.hidden,
        submit=model.submit,
        after=_fits(building),
    )


def _question(building: Building, number: int, model: QuestionModel) -> Question:
    at = ("questions", number)
    return Question(
        model.id,
        model.type,
        section=model.section,
        optional=model.optional,
        when=building.condition(model.when, *at, "when") if model.when else None,
        check=building.condition(model.check, *at, "check", value=model) if model.check else None,
        options=tuple(_option(option) for option in model.options),
        other=model.other,
        none=model.none,
        unit=model.unit,
        minimum=model.minimum,
        maximum=model.maximum,
        personal=model.personal or model.type in PERSONAL,
        profile=model.profile,
        same=model.same,
        suggests=tuple(model.suggests),
        person=model.person,
    )


def _option(model: OptionModel) -> Option:
    return Option(model.id, model.label, tuple(model.aliases), model.low, model.high)


def _fits(building: Building) -> tuple[Fit, ...]:
    """What fits after sending, when everything that is asked is known."""
    rules = enumerate(building.read.model.after)
    read = [(rule, building.condition(rule.when, "after", number, "when")) for number, rule in rules]
    return tuple(Fit(when, rule.support, rule.why) for rule, when in read if when)


def _compute(building: Building, last: bool = False) -> None:
    """Takes up the computed values whose answers are all known by now; at the `last` call, the rest whatever they are."""
    for number, model in list(building.left):
        names = {name for case in model.cases for name in _names(case.when)}
        if names <= building.kinds.keys() or last:
            building.left.remove((number, model))
            building.computed.append(_computed(building, number, model))


def _computed(building: Building, number: int, model: ComputedModel) -> Computed:
    cases = []
    for at, case in enumerate(model.cases):
        if when := building.condition(case.when, "computed", number, "cases", at, "when"):
            cases.append((when, case.value))
    building.kinds[model.id] = "str"
    building.options[model.id] = frozenset({case.value for case in model.cases} | {model.otherwise} - {""})
    return Computed(model.id, tuple(cases), model.otherwise, model.says, tuple(model.silent))


def _names(source: str) -> set[str]:
    try:
        return {node.id for node in ast.walk(ast.parse(source.strip(), mode="eval")) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError):
        return set()  # reported where the condition is parsed

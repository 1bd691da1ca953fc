"""A form as a Mermaid flow chart, drawn from the form itself."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flows.programme import Form, Question, words

SIGNS = {"&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;", "\n": " "}
YES, NO = "✓", "✗"
End = tuple[str, str]  # a node that the next one follows, and what is written on the arrow


def draw(form: Form, language: str = "vi") -> str:
    """Mermaid text: a box per question, a diamond per condition, sections as frames, computed values beside."""
    return "\n".join(["flowchart TD", *_boxes(form, language), *_arrows(form), *_computed(form)]) + "\n"


def _boxes(form: Form, language: str) -> Iterator[str]:
    titles = {section.id: words(section.title, language) for section in form.sections}
    yield f'  start(["{_safe(words(form.title, language))}"])'
    section = ""
    for question in form.questions:
        if question.section != section:
            if section:
                yield "  end"
            section = question.section
            if section:
                yield f'  subgraph s_{section}["{_safe(titles.get(section, section))}"]'
        yield _box(question, words(form.short.get(question.id, {}), language))
    if section:
        yield "  end"
    yield f'  finish(["{YES}"])'


def _box(question: Question, short: str) -> str:
    name = f"{question.id}: {short}" if short else question.id
    label = f"{_safe(name)}<br/>{question.type}{'?' if question.optional else ''}"
    shape = ("[/", "/]") if question.type == "statement" else ("[", "]")
    return f'  q_{question.id}{shape[0]}"{label}"{shape[1]}'


def _arrows(form: Form) -> Iterator[str]:
    """A question with a condition is passed by on the other side of its diamond; the same condition is asked once."""
    ends: list[End] = [("start", "")]
    asked, diamond = "", ""
    for question in form.questions:
        when = question.when.source if question.when else ""
        if when != asked and asked:
            ends.append((diamond, NO))
        if when and when != asked:
            diamond = f"w_{question.id}"
            yield f'  {diamond}{{"{_safe(when)}"}}'
            yield from _joined(ends, diamond)
            ends = [(diamond, YES)]
        yield from _joined(ends, f"q_{question.id}")
        ends, asked = [(f"q_{question.id}", "")], when
    yield from _joined([*ends, (diamond, NO)] if asked else ends, "finish")


def _joined(ends: list[End], node: str) -> Iterator[str]:
    for end, label in ends:
        yield f"  {end} -->|{label}| {node}" if label else f"  {end} --> {node}"


def _computed(form: Form) -> Iterator[str]:
    """Points and their ratings, values and their cases."""
    for score in form.scores:
        lines = [f"{score.id}: {score.points}", *score.ratings]
        yield f'  p_{score.id}>"{"<br/>".join(map(_safe, lines))}"]'
    for each in form.computed:
        cases = [f"{value}: {when.source}" for when, value in each.cases]
        lines = [each.id, *cases, *([each.otherwise] if each.otherwise else [])]
        yield f'  c_{each.id}>"{"<br/>".join(map(_safe, lines))}"]'


def _safe(label: str) -> str:
    """A label in which nothing is Mermaid's or HTML's."""
    return "".join(SIGNS.get(sign, sign) for sign in label.replace("#", "#35;"))

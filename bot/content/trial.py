"""Texts rendered before people get them: with everyday values and with the emptiest that can come, so that no
placeholder breaks in a conversation."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping

from bot.content import contract
from bot.content.schema import FormModel, QuestionModel
from bot.content.templates import Filled
from bot.flows.programme import QuestionType, Template

WITH = ("with everyday values", "with empty values")
# An answer of each type as a text that repeats it gets it: in words.
ANSWERS: Mapping[QuestionType, str] = {
    "statement": "",
    "yes_no": "Có",
    "choice": "Gạo",
    "choices": "Gạo; Trái cây",
    "text": "Cơ sở mẫu *A* & <B>",
    "long_text": "Dòng một\n- dòng hai",
    "number": "1.234 người",
    "money": "1,5 tỷ đồng",
    "date": "15/01/2030",
    "phone": "0912 345 678",
    "email": "coso@example.com",
    "url": "https://example.com",
    "tax_code": "0123456787-001",
    "commune": "Xã Mẫu",
    "industry": "10 – Sản xuất, chế biến thực phẩm",
    "barcode": "8931234567897",
    "rating": "4/5",
    "file": "to-khai.pdf",
    "location": "10.3711, 105.4328",
    "people": "Nguyễn Thị Ví Dụ, tổ trưởng, 0912 345 678",
}


def try_out(template: Template, values: tuple[Mapping[str, object], Mapping[str, object]]) -> tuple[int, str] | None:
    """What goes wrong when the text is shown, and in which of its lines."""
    for how, given in zip(WITH, values, strict=True):
        try:
            template(given)
        except Exception as error:  # noqa: BLE001  whatever a placeholder can raise would end a conversation
            return _line(template, error), f"this text cannot be shown {how}: {error}"
    return None


def values_of(
    text_id: str, names: Iterable[str], facts: Iterable[str], form: FormModel | None
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """What the text gets, once as it usually is and once as empty as it can be."""
    usual: dict[str, object] = {"facts": dict.fromkeys(facts, "0123 456 789")}
    empty: dict[str, object] = {"facts": {}}
    for name in names:
        usual[name], empty[name] = (contract.sample(text_id, name, nothing) for nothing in (False, True))
    if form:
        usual["answers"], empty["answers"] = {one.id: _answer(one) for one in form.questions}, {}
    return usual, empty


def _answer(question: QuestionModel) -> str:
    labels = [next(iter(option.label.values()), "") for option in question.options]
    return "; ".join(labels[:2] if question.type == "choices" else labels[:1]) or ANSWERS[question.type]


def _line(template: Template, error: Exception) -> int:
    """The line of the text, counted from 1, by which its template raised."""
    if not isinstance(template, Filled):
        return 1
    space = template.made().root_render_func.__globals__
    frames = traceback.walk_tb(error.__traceback__)
    at = next((line for frame, line in frames if frame.f_globals is space), 0)
    lines = [tuple(map(int, pair.split("="))) for pair in space["debug_info"].split("&") if pair]
    return max((own for own, compiled in lines if compiled <= at), default=1)

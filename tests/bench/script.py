"""The survey as the bench walks it: consent, the answers and the summary, typed and tapped (`[value]`, without the
number of the run: a tap on the button that carries it)."""

from __future__ import annotations

TYPED = (
    "khảo sát", "đồng ý", "gao", "25", "ma vach, truy xuat nguon goc", "chua co", "so tay", "thieu nguoi biet lam",
    "hop tac xa", "Hop tac xa Vi Du", "bo qua", "phuong long xuyen", "Nguoi Thu Nghiem", "0912345678", "huy", "huy phieu",
)  # fmt: skip
TAPPED = (
    "/start", "[go.form.needs_survey]", "[ok.yes]", "[sector.rice]", "[employees.!skip]", "[needs.barcode]",
    "[needs.traceability]", "[needs.!done]", "[barcode_now.none]", "[tracing_now.paper]", "[tracing_now.!done]",
    "[difficulty.!skip]", "[group.cooperative]", "Hop tac xa Vi Du", "[tax_code.!skip]", "phuong long xuyen",
    "Nguoi Thu Nghiem", "0912345678", "huy", "[ok.yes]",
)  # fmt: skip
AGREED = ("đồng ý", "[ok.yes]")  # the first of these in a walk is consent, which the next walk is not asked for

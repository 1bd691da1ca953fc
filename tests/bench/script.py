"""The survey as the bench walks it: consent, nine answers and the summary, typed and tapped."""

from __future__ import annotations

TYPED = (
    "khảo sát", "đồng ý", "gao", "25", "ma vach, truy xuat nguon goc", "chua co", "so tay", "thieu nguoi biet lam",
    "hop tac xa", "Hop tac xa Vi Du", "bo qua", "phuong long xuyen", "Nguoi Thu Nghiem", "0912345678", "huy", "huy phieu",
)  # fmt: skip

"""The officials' console: what contract.py takes over. Same tables, same exactness."""

from __future__ import annotations

ALONE: dict[str, str] = {
    "console": "name skip older newest to_home",
    "console.nav": "label home submissions broadcasts officials aside sign_out",
    "console.role": "admin official staff",
    "console.sign_in": "title ready button only_you how again refused_title refused",
    "console.home": (
        "title submissions submissions_caption form broadcasts see_broadcasts aside chat chat_why chat_why_staff chat_button"
    ),
    "console.code": "title how once back",
    "console.state": "sent in_progress abandoned",
    "console.submissions": (
        "title forms_label states_label number unit unnamed place channel at_sent at_answered empty no_forms export export_note"
    ),
    "console.submission": (
        "back about form state began answered sent channel release question answer skipped answers empty release_gone conditions"
    ),
    "console.submission.condition": "met not_met unknown",
    "console.broadcasts": (
        "title caption empty at by nobody text persons results sent seen waiting failed unreachable unsure"
    ),
    "console.officials": (
        "title caption name role since state active disabled actions renew disable disable_means disable_button enable yourself "
        "invite invite_button roles_note bad_name"
    ),
    "console.consent": "title yes no not_asked",
    "console.link": "title label once back",
    "console.aside": "title caption empty number at channel error raw private back",
    "console.forbidden": "title text",
    "console.stale": "title text",
    "console.missing": "title text",
    "console.trouble": "title text",
    "console.export_failed": "title",
    "console.export": "number state release began sent channel",
}
FILLED: dict[str, str] = {
    "console.when": "at",
    "console.amount": "value",
    "console.unnamed": "number",
    "console.home.hello": "name",
    "console.submissions.of_form": "form",
    "console.submissions.caption": "state",
    "console.submission.title": "number",
    "console.officials.renew_for": "name",
    "console.officials.disable_for": "name",
    "console.officials.enable_for": "name",
    "console.link.for_whom": "name role",
    "console.aside.one": "number",
    "console.export.code": "title",
    "console.export.consent": "title",
    "console.export_failed.text": "reason",
}

"""Every text that the code says, and the values it gives: what check holds the content to. The tables are exact;
tests/content/test_contract.py reads the sources and says what is to be added or struck out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase

# Texts that take no values, by what their ids begin with.
ALONE: dict[str, str] = {
    "common": "updating",
    "label": (
        "yes no picked done skip later back pause pause_form send_phone send_location as_it_is resume restart keep retype none_of_these give_up leave_it "
        "go_on agree disagree submit change change_nothing yes_optout yes_delete_data no_go_on is_answer is_question do_not_send"
    ),
    "start": "hello greeting",
    "menu": "text next topics hello_again thanks fine",
    "human": "text",
    "unknown": "text nearest amid_form",
    "language": "only which changed",
    "flow": (
        "which is_it type_again first_question required put_aside nothing_paused resume_which no_form dismissed "
        "nothing_to_cancel summary_foot change_which incomplete"
    ),
    "consent": "renewed already_in stopped was_not_in",
    "confirm": "dropped",
    "again": "place consent place_stuck summary",
    "tap": "gone paused",
    "unexpected": "empty file_ready located shared unreadable contact",
    "trouble": "set_aside slowed",
    "official": "nobody not_sent refused_role refused_twice",
    "answers": (
        "skipped yes_no text long_text money date phone email url tax_code barcode file location whole too_much money_foreign "
        "date_lunar url_scheme"
    ),
    "answers.shown": "yes no",
    "telegram": "edited",
    "web.page": (
        "title name role log write send attach locate menu language restart end end_question end_means end_yes end_no hidden "
        "start_again someone_else offline down typing privacy needs_script upload_title upload_lead upload_send upload_once upload_done "
        "upload_done_lead upload_closed upload_closed_lead"
    ),
    "web.words": (
        "me bot today yesterday sending sent waiting failed retry done pick_one file too_large here no_location unsent"
    ),
    "web.errors": (
        "session unreadable too_long full busy slower hidden no_file not_found wrong_kind too_large empty encrypted "
        "unasked"
    ),
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
        "back about form state began answered sent channel release question answer skipped answers empty release_gone"
    ),
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
# Texts with values: the names of the values that every caller gives.
FILLED: dict[str, str] = {
    "label.resume_form": "title",
    "label.withdraw": "title",
    "label.more": "page pages",
    "label.next_page": "page pages",
    "label.send_to": "count",
    "later.text": "what",
    "flow.progress": "number total",
    "flow.section": "title",
    "flow.already_here": "title",
    "flow.unfinished": "title",
    "flow.current": "value",
    "flow.stuck": "example optional",
    "flow.other": "label",
    "flow.other_length": "length maximum",
    "flow.picked": "labels",
    "flow.dropped": "labels",
    "flow.paused": "title",
    "flow.welcome_back": "title",
    "flow.cancel": "later title",
    "flow.cancelled": "title",
    "flow.summary": "title",
    "flow.summary_line": "label number value",
    "flow.received": "at number",
    "flow.meant": "asks line",
    "consent.granted": "needed purpose",
    "consent.withdrawn": "title",
    "consent.refused": "needed purpose",
    "confirm.optout": "amid",
    "confirm.delete_data": "amid",
    "tap.answered": "label value",
    "tap.kept": "label value",
    "file.receiving": "name",
    "file.link": "minutes url",
    "file_refused.wrong_kind": "name",
    "file_refused.too_large": "name",
    "file_refused.empty": "name",
    "file_refused.encrypted": "name",
    "file_refused.not_fetched": "name",
    "due.draft_quiet": "title",
    "announcement.body": "text",
    "official.bound": "announces name",
    "official.write": "maximum",
    "official.too_long": "length maximum",
    "official.confirm": "count",
    "official.sent": "count",
    "answers.shown.money": "amount",
    "answers.shown.million": "amount",
    "answers.shown.billion": "amount",
    "answers.choice": "other",
    "answers.choices": "other",
    "answers.number": "unit",
    "answers.commune": "example",
    "answers.rating": "maximum minimum",
    "answers.between": "maximum minimum",
    "answers.from": "maximum minimum",
    "answers.to": "maximum minimum",
    "answers.too_long": "length maximum",
    "answers.too_short": "length minimum",
    "answers.picked_few": "minimum",
    "answers.picked_many": "maximum",
    "answers.choices_none": "label",
    "answers.commune_many": "count example",
    "answers.tax_code_check": "value",
    "answers.tax_code_branch": "value",
    "answers.tax_code_person": "value",
    "answers.barcode_check": "value",
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
# Texts that may be there: whoever says them looks first, or says whatever there is.
ALLOWED: dict[str, str] = {
    "label.language_*": "",
    "later.*": "what",
    "console.channel.*": "",
    "console.computed.*": "",
    "console.computed_title.*": "",
    "telegram.commands.*": "",
    "telegram.official_commands.*": "",
}
NEEDS: dict[str, str] = {f"{start}.{name}": "" for start, names in ALONE.items() for name in names.split()} | FILLED

# What such values look like: an everyday one, and the emptiest that can come.
SAMPLES: dict[str, tuple[object, object]] = {
    "amid": (True, False),
    "amount": ("1,5", "0"),
    "announces": (True, False),
    "asks": (True, False),
    "at": (datetime(2030, 1, 15, 7, 30, tzinfo=UTC),) * 2,
    "count": (12, 0),
    "labels": (["Gạo", "Trái cây"], []),
    "length": (1234, 0),
    "maximum": (300, 0),
    "minimum": (2, 0),
    "minutes": (30, 0),
    "needed": (True, False),
    "number": (3, None),
    "optional": (True, False),
    "page": (2, 0),
    "pages": (3, 0),
    "total": (15, 0),
    "url": ("https://example.com/upload/1", ""),
    "console.amount.value": (1234, 0),
    "answers.between.minimum": ("10 người", ""),
    "answers.between.maximum": ("20 người", ""),
    "answers.from.minimum": ("10 người", ""),
    "answers.from.maximum": ("", ""),
    "answers.to.minimum": ("", ""),
    "answers.to.maximum": ("20 người", ""),
}
WORDS = ("Gạo", "")  # all other values are words


def given(text_id: str, needs: Mapping[str, str] = NEEDS) -> frozenset[str] | None:
    """The values that a text of that id gets; None if nobody says it."""
    if text_id in needs:
        return frozenset(needs[text_id].split())
    known = (names for pattern, names in ALLOWED.items() if fnmatchcase(text_id, pattern))
    return next((frozenset(names.split()) for names in known), None)


def wanted(languages: Iterable[str], needs: Mapping[str, str] = NEEDS) -> Iterator[str]:
    """The texts without which somebody would get an apology; with a choice of languages also their names."""
    yield from needs
    spoken = list(languages)
    yield from (f"label.language_{language}" for language in spoken if len(spoken) > 1)


def sample(text_id: str, name: str, empty: bool) -> object:
    """A value as the text may get it."""
    return SAMPLES.get(f"{text_id}.{name}", SAMPLES.get(name, WORDS))[empty]

"""Every text that the code says, and the values it gives: what check holds the content to. The tables are exact;
tests/content/test_contract.py reads the sources and says what is to be added or struck out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from bot.content import contract_cases, contract_console, contract_talks, contract_training, contract_wishes

# Texts that take no values, by what their ids begin with.
ALONE: dict[str, str] = {
    "common": "updating",
    "label": (
        "yes no picked done skip later later_all apply_for_this use_for_both another_file back pause pause_form send_phone send_location as_it_is resume restart keep "
        "retype none_of_these give_up leave_it end_talk pass_on go_on agree disagree submit change change_nothing "
        "see_result yes_optout yes_delete_data no_go_on is_answer is_question do_not_send other_organisation "
        "edit_organisation leave_organisation leave_it_now decide_later refuse confirm_organisation do_not_refuse mine add_person "
        "remove_last keep_all more_data do_not_delete something_sent leave_as_is answer_and_close close_it"
    ),
    "start": "hello greeting",
    "menu": "text next topics more hello_again thanks fine",
    "unknown": "text nearest amid_form",
    "language": "only which changed",
    "flow": (
        "which is_it type_again first_question required put_aside nothing_paused resume_which no_form dismissed "
        "nothing_to_cancel change_which incomplete same_words"
    ),
    "again": "place consent place_stuck summary",
    "tap": "gone paused",
    "award": "summary_foot preliminary criteria steps nothing_rated onward",
    "unexpected": "empty file_of_case file_ready located shared unreadable contact",
    "trouble": "set_aside slowed",
    "official": "nobody not_sent refused_role refused_twice",
    "known": "whose",
    "organisation": "leave_which stays desk_none desk_which head others waits decided_before not_needed not_member",
    "fits": "head",
    "enclosed": "ask",
    "answers": (
        "skipped put_off yes_no yes_which text long_text money date phone email url tax_code industry barcode file location "
        "people person whole too_much money_foreign date_lunar url_scheme"
    ),
    "answers.shown": "yes no",
    "telegram": "edited",
    "document": "missing",
    "web.page": (
        "title name role log write send attach locate menu language restart end end_question end_means end_yes end_no hidden "
        "start_again someone_else offline down typing privacy needs_script upload_title upload_lead upload_send upload_once upload_done "
        "upload_done_lead upload_closed upload_closed_lead download_title download_closed download_closed_lead download_failed download_failed_lead"
    ),
    "web.words": (
        "me bot today yesterday sending sent waiting failed retry done pick_one file too_large here no_location unsent"
    ),
    "web.errors": (
        "session unreadable too_long full busy slower hidden no_file not_found wrong_kind too_large empty encrypted cut "
        "one_colour "
        "unasked"
    ),
}
# Texts with values: the names of the values that every caller gives.
FILLED: dict[str, str] = {
    "label.resume_form": "title",
    "label.withdraw": "title",
    "label.remove_member": "who",
    "label.more": "page pages",
    "label.next_page": "page pages",
    "label.send_to": "count",
    "label.same": "value",
    "later.text": "what",
    "flow.progress": "number total",
    "flow.section": "title",
    "flow.already_here": "title",
    "flow.unfinished": "title",
    "flow.current": "value",
    "flow.stuck": "example optional",
    "flow.unsure": "skip",
    "flow.noted": "label value",
    "flow.no_number": "later number",
    "flow.other": "label",
    "flow.other_length": "length maximum",
    "flow.picked": "labels",
    "flow.dropped": "labels",
    "flow.paused": "title",
    "flow.welcome_back": "title",
    "flow.cancel": "later title",
    "flow.cancelled": "title",
    "flow.summary": "title",
    "flow.summary_foot": "submit",
    "flow.summary_line": "label number value",
    "flow.received": "at title",
    "flow.meant": "asks line",
    "tap.answered": "label value",
    "tap.kept": "label value",
    "file.receiving": "name",
    "file.link": "minutes url",
    "file_refused.wrong_kind": "name",
    "file_refused.too_large": "name",
    "file_refused.empty": "name",
    "file_refused.encrypted": "name",
    "file_refused.cut": "name",
    "file_refused.one_colour": "name",
    "file_refused.not_fetched": "name",
    "due.draft_quiet": "title",
    "award.total": "high low most skipped",
    "award.line": "bar high low most title",
    "award.unrated": "most title",
    "award.strengths": "titles",
    "award.no_steps": "skipped",
    "award.step": "advice number title",
    "award.carried": "day high low",
    "announcement.body": "text",
    "official.bound": "announces name",
    "official.write": "maximum",
    "official.too_long": "length maximum",
    "official.confirm": "count",
    "official.sent": "count",
    "feedback.complaint": "number",
    "known.filled": "labels name",
    "known.chosen": "label",
    "known.changed": "filled kept name",
    "organisation.line": "name",
    "organisation.foot": "amid asked name several",
    "organisation.none": "asked",
    "organisation.chosen": "name",
    "organisation.wanted": "phone unit who",
    "organisation.not_wanted": "unit who",
    "organisation.asks": "code count phone unit who",
    "organisation.unconfirmed": "commune count group labels phone unit who",
    "organisation.why_refuse": "labels unit",
    "organisation.refused_unit": "unit",
    "organisation.agreed": "unit who",
    "organisation.declined": "unit who",
    "organisation.confirmed": "unit",
    "organisation.none_waiting": "passed",
    "organisation.leave": "labels last name",
    "organisation.left": "labels last name",
    "organisation.ended": "name",
    "organisation.emptied": "kept",
    "organisation.member_left": "unit who",
    "organisation.desk_member": "phone who",
    "organisation.desk_members": "code labels unit",
    "organisation.desk_remove": "phone unit who",
    "organisation.desk_removed": "unit who",
    "organisation.now_member": "name title",
    "organisation.not_confirmed": "labels reason unit",
    "fits.line": "title why",
    "enclosed.open": "title",
    "enclosed.given": "name title",
    "enclosed.put_off": "title",
    "enclosed.which": "name",
    "enclosed.unused": "name",
    "enclosed.same": "name title",
    "fits.foot": "apply",
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
    "answers.commune_elsewhere": "province said",
    "answers.industry_many": "count",
    "answers.tax_code_check": "value",
    "answers.tax_code_branch": "value",
    "answers.tax_code_person": "value",
    "answers.barcode_check": "value",
    "answers.file_small": "name",
    "document.offered": "days numbers url",
    "document.application_name": "number",
    "document.qr_name": "code",
    "document.export_name": "",
}
# Texts that may be there: whoever says them looks first, or says whatever there is.
ALLOWED: dict[str, str] = {
    "label.language_*": "",
    "later.*": "what",
    "organisation.size.*": "",
    "copy.field.*": "",
    "award.level.*": "",
    "award.conditions.*": "",
    "console.channel.*": "",
    "console.computed.*": "",
    "console.computed_title.*": "",
    "telegram.commands.*": "",
    "telegram.official_commands.*": "",
}
OF_NOUNS = (contract_cases, contract_console, contract_talks, contract_training, contract_wishes)  # tables of their own
NEEDS: dict[str, str] = {
    f"{start}.{name}": ""
    for table in (ALONE, *(one.ALONE for one in OF_NOUNS))
    for start, names in table.items()
    for name in names.split()
} | FILLED
for noun in OF_NOUNS:
    NEEDS |= noun.FILLED

# What such values look like: an everyday one, and the emptiest that can come.
SAMPLES: dict[str, tuple[object, object]] = {
    "amid": (True, False),
    "amount": ("1,5", "0"),
    "announces": (True, False),
    "asks": (True, False),
    "apply": (True, False),
    "asked": (1, 0),
    "at": (datetime(2030, 1, 15, 7, 30, tzinfo=UTC),) * 2,
    "count": (12, 0),
    "filled": (["Tên đơn vị", "Mã số thuế"], []),
    "kept": (["Địa bàn"], []),
    "free": (12, 0),
    "groups": (["Hợp tác xã", "Hộ kinh doanh"], []),
    "labels": (["Gạo", "Trái cây"], []),
    "heard": (True, False),
    "titles": (["Lãnh đạo", "Chiến lược"], []),
    "low": (560, 0),
    "high": (640, 0),
    "most": (1000, 0),
    "skipped": (2, 0),
    "day": ("2030-01-15", ""),
    "length": (1234, 0),
    "more": (3, 0),
    "quiet": (True, False),
    "talks": (["A. Lan (đang chờ): Xin hỏi"], []),
    "maximum": (300, 0),
    "minimum": (2, 0),
    "minutes": (30, 0),
    "names": (["Nguyễn Thị Ví Dụ (AB2CD3E)"], []),
    "needed": (True, False),
    "number": (3, None),
    "optional": (True, False),
    "link": ("https://example.com/lop", ""),
    "page": (2, 0),
    "pages": (3, 0),
    "passed": (True, False),
    "several": (True, False),
    "starts": ("2030-01-15T07:30:00+07:00",) * 2,
    "total": (15, 0),
    "closes": ("2030-01-15T07:30:00+07:00",) * 2,
    "wanted": (3, 1),
    "blocks": (True, False),
    "url": ("https://example.com/upload/1", ""),
    "cases": (["AG-2026-00042", "AG-2026-00043"], []),
    "classes": (["Lớp 5S Ví Dụ"], []),
    "closed": (["AG-2026-00001"], []),
    "days": (7, 0),
    "files": (2, 0),
    "granted": (True, False),
    "kind": ("correct", "withdraw"),
    "late": (2, 0),
    "letters": (120, 0),
    "open": (True, False),
    "organisations": (["HTX Ví Dụ"], []),
    "sent": ([12, 13], []),
    "my_data.counts.talks": (1, 0),
    "until": ("2030-01-17T23:59:59+07:00", ""),
    "my_data.delete_explained.sent": (2, 0),
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

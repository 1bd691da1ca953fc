"""Consent, one's own data, going on elsewhere, and requests: what contract.py takes over. Same tables, same exactness."""

from __future__ import annotations

ALONE: dict[str, str] = {
    "copy": "title lead",
    "copy.section": (
        "person addresses organisations submissions consents cases case_events documents attendees watches talks talk_lines "
        "requests files letters events set_aside session"
    ),
    "consent": "renewed already_in withdraw_which none_given kept",
    "label": "keep_consents",
    "my_data": "nothing_to_correct correct_which left_as_is not_deleted",
    "move": "done refused_unknown refused_same refused_official",
    "requests": "none left gone list_foot",
    "confirm": "dropped",
}
FILLED: dict[str, str] = {
    "consent.granted": "needed purpose",
    "consent.withdrawn": "cases number open title until",
    "consent.stopped": "cases classes number",
    "consent.was_not_in": "cases classes number",
    "my_data.head": "page pages",
    "my_data.address": "channel name",
    "my_data.language": "spoken",
    "my_data.told": "label value",
    "my_data.organisation": "name state",
    "my_data.submission": "at state title",
    "my_data.case": "number stage support",
    "my_data.attendee": "at state title",
    "my_data.consent": "at channel granted title",
    "my_data.request": "kind number state until",
    "my_data.counts": "files letters talks",
    "my_data.correct_value": "label value",
    "my_data.corrected": "label number",
    "my_data.correct_words": "maximum",
    "my_data.too_long": "length maximum",
    "my_data.correction_asked": "number until",
    "my_data.exported": "days number url",
    "my_data.delete_explained": "cases classes closed sent",
    "my_data.deleted": "cases classes closed number until",
    "my_data.deleted_rest": "number",
    "my_data.gone_elsewhere": "",
    "move.code": "code minutes",
    "move.left": "channel",
    "requests.new": "kind number until",
    "requests.due": "count late",
    "requests.answered": "answer number",
    "requests.list": "count",
    "requests.row": "gone kind late number until",
    "requests.one": "answer at channel gone kind name number organisations sent state until words",
    "requests.write": "maximum number",
    "requests.too_long": "length maximum",
    "requests.closed": "kind number told",
    "consent.refused": "needed purpose",
    "confirm.optout": "amid",
    "confirm.delete_data": "amid",
}

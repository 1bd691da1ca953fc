"""Classes, for those who register and for the officials who hold them: what contract.py takes over. Same tables, same exactness."""

from __future__ import annotations

ALONE: dict[str, str] = {
    "label": "tell_me no_need not_now register join_line do_not_join other_class give_it_back keep_it call_off leave_class no_why",
    "people": "ends",
    "training": (
        "none none_watching watching not_watching gone joins what_next in_line_next after_this none_now nothing_sent mine no_mine give_back_which kept too_late feedback_given"
    ),
    "refused": (
        "membership class_gone class_closed class_group class_organisation class_experience class_times class_past class_closes class_role feedback_twice"
    ),
    "class_desk": "how not_cancelled bad_time bad_class bad_code",
}
FILLED: dict[str, str] = {
    "label.class_row": "starts title",
    "label.give_back": "name",
    "people.position": "name",
    "people.phone": "name",
    "people.next": "count",
    "people.enough": "count",
    "people.line": "number value",
    "people.mine": "value",
    "people.twice": "name",
    "people.full": "maximum name",
    "people.removed": "name",
    "training.list": "count",
    "training.row": "free number place starts title",
    "training.about": "closes groups link note place starts state title until",
    "training.ask": "free",
    "training.full": "free",
    "training.seated": "place starts title",
    "training.seat": "code name url",
    "training.waits": "title",
    "training.in_line": "name number",
    "training.twice": "labels title",
    "training.short": "free wanted",
    "training.my_row": "code name number place starts title url waits",
    "training.give_back": "name title",
    "training.given_back": "name title",
    "training.opened": "link place starts title until",
    "training.moved_up": "code link name place starts title until",
    "training.moved": "link place starts title until",
    "training.called_off": "link place starts title until why",
    "training.in_days": "link names place starts title until",
    "training.in_hours": "link names place starts title until",
    "training.over": "link place starts title until",
    "class_desk.classes": "count",
    "class_desk.row": "number seated seats starts state title waits",
    "class_desk.one": "attended number place seated seats starts state title waits",
    "class_desk.attendee": "attended code name number phone position waits",
    "class_desk.confirm_cancel": "starts title",
    "class_desk.why": "title",
    "class_desk.seats_changed": "count title",
    "class_desk.moved": "count title",
    "class_desk.cancelled": "count title",
    "class_desk.opened": "count number title",
    "class_desk.marked": "name title",
    "class_desk.marked_before": "name title",
}

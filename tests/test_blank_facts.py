"""The operator hears once, at the start, which facts nobody has filled in."""

import logging

from bot.app.serving import tell_of_blanks


def test_empty_facts_are_named_in_one_warning(caplog):
    tell_of_blanks({"agency": "Sở Mẫu", "phone": "", "retention": " "})
    assert [(one.levelno, one.getMessage().rpartition(": ")[2]) for one in caplog.records] == [
        (logging.WARNING, "phone, retention")
    ]


def test_with_all_facts_nothing_is_said(caplog):
    tell_of_blanks({"agency": "Sở Mẫu"})
    assert caplog.records == []

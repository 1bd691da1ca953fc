"""What a manager types in two words of English goes where it says, in both programmes, whatever was said before it."""

from functools import cache

import pytest

from bot.content import load
from bot.flows.understanding.lexicon import Lexicon
from tests.replay import content

SHORT = {
    "status": ["my cases", "my case", "my applications", "applications", "where is my application", "where are my applications", "status"],
    "human": ["talk to a person", "officer", "speak to someone", "human"],
    "optout": ["stop messages", "stop", "unsubscribe"],
    "delete_data": ["delete my data"],
    "my_data": ["my data", "change my phone number"],
    "withdraw": ["withdraw consent"],
    "continue": ["continue on another phone", "continue on another channel"],
    "topic.training": ["training"],
    "topic.award": ["award", "national quality award"],
    "form.award_self_assessment": ["self-assessment", "self assessment", "award self-assessment"],
    "form.award_registration": ["register our company for the award"],
    "form.support_application": ["my company wants to apply for iso"],
    "my_classes": ["cancel my class registration", "cancel the class", "i can't come to the class"],
    "papers": ["missing documents", "upload the missing document"],
}  # fmt: skip
LIKELY = 0.5


@cache
def lexicon(programme: str) -> Lexicon:
    return load(content(programme)).lexicon


@pytest.mark.parametrize("programme", ["an-giang", "ha-noi"])
@pytest.mark.parametrize(("line", "route"), [(line, route) for route, lines in SHORT.items() for line in lines])
def test_short_english_goes_where_it_says(programme, line, route):
    known = lexicon(programme)
    guesses = known.guesses(line)
    assert (known.command(line) or next((one.route for one in guesses if one.score > LIKELY), "")) == route

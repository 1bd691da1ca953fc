"""A route may be a button only: it has a title, and nothing that people type means it."""

import pytest

from bot.content import load

ROUTES = "common/routes.vi.yaml"


@pytest.mark.parametrize(("mark", "meant"), [("", True), (", button: true", False)])
def test_a_button_is_not_what_people_mean(files, mark, meant):
    files.add(ROUTES, f"talk: {{title: Trả lời ngay{mark}}}\n")
    programme = load(files.bundle())
    assert programme.routes["talk"] == {"vi": "Trả lời ngay"}
    assert any(guess.route == "talk" for guess in programme.lexicon.guesses("trả lời ngay")) is meant
    assert files.check() == []

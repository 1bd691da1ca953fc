"""Two chats become one: no form is lost, and no button of either screen means another form than before."""

from hypothesis import given
from hypothesis import strategies as st

from bot.flows.joining import join
from bot.flows.session import Draft, Paused, Session, Waiting, from_json
from bot.flows.values import Json


@st.composite
def sessions(draw):
    runs = draw(st.integers(0, 6))
    begun = draw(st.lists(st.integers(1, runs), unique=True, max_size=4)) if runs else []
    hand = draw(st.booleans()) and bool(begun)
    draft = Draft(begun[0], "f", "r", {"q": begun[0]}) if hand else None
    paused = tuple(Paused(run, "f", "r") for run in begun[hand:])
    waiting = draw(st.sampled_from([None, Waiting("consent", 1), Waiting("cancel", 1, {"run": 1})]))
    notices: dict[str, Json] = {str(n): ["case:1"] for n in draw(st.sets(st.integers(1, 4)))}
    turns, told = draw(st.integers(0, 50)), draw(st.booleans())
    return Session(turns=turns, runs=runs, draft=draft, paused=paused, waiting=waiting, notices=notices, told=told)


def begun(session):
    return [one.run for one in (session.draft, *session.paused) if one]


@given(sessions(), sessions())
def test_nothing_in_progress_is_lost_and_no_old_button_fits(mine, other):
    joined = join(mine, other, {"request": True})
    after = begun(joined.session)
    assert sorted(joined.runs.values()) == sorted(after)
    assert len(set(after)) == len(after)
    assert list(joined.runs) == [*begun(mine), *(mine.runs + run for run in begun(other))]
    assert all(run > max(mine.runs, other.runs) for run in after)
    assert joined.session.runs >= max([0, *after])
    assert joined.session.runs >= mine.runs + other.runs
    assert (joined.session.draft is None) == (mine.draft is None)
    if mine.draft and joined.session.draft:
        assert joined.session.draft.answers == mine.draft.answers
    assert from_json(joined.session.to_json()) == joined.session


@given(sessions(), sessions())
def test_buttons_of_what_waited_are_new(mine, other):
    waiting = join(mine, other, {}).session.waiting
    assert waiting is None or waiting.turn > max(mine.turns, other.turns, 0)
    assert waiting is None or waiting.kind == "consent" == mine.waiting.kind


def test_a_notice_that_means_two_things_means_none():
    mine = Session(notices={"1": ["case:1"], "2": ["case:2"], "3": ["class:3"]}, noticed=3)
    other = Session(notices={"1": ["case:9"], "2": ["case:2"], "4": ["class:4"]}, noticed=4)
    joined = join(mine, other, {}).session
    assert joined.notices == {"2": ["case:2"], "3": ["class:3"], "4": ["class:4"]}
    assert joined.noticed == 4


def test_organisations_are_those_of_both():
    joined = join(Session(organisations=(3, 1)), Session(organisation=2, organisations=(1, 2), told=True), {}).session
    assert (joined.organisation, joined.organisations, joined.told) == (2, (3, 1, 2), True)

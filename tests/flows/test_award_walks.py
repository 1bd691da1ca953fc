"""Through the award's self-assessment in whatever way: what is sent is what was answered, and the result told is its sum."""

import random
import re

import pytest

from bot.channel import CAPABILITIES, fit
from bot.content import Bundle, load, pin, read_bundle
from bot.flows import scoring
from bot.flows.values import Event
from tests.flows.engine_house import AT, CONTENT, Person, an_giang

FORM = an_giang().forms["award_self_assessment"]
LINES = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "4/5",
    "ba",
    "bỏ qua",
    "quay lại",
    "6",
    "mã vạch là gì",
    "có",
    "chưa",
    "asdf",
    "sửa 5",
    "tạm dừng",
]
TOLD = re.compile(r"Kết quả tự đánh giá \(sơ bộ\): (?:từ )?([\d.]+)(?: đến ([\d.]+))? trên 1\.000 điểm")


def begun() -> Person:
    person = Person()
    person.say("tự đánh giá")
    assert person.route == "form.award_self_assessment"
    return person


def walked(seed: int) -> tuple[Person, str]:
    """Somebody who has said anything for a while, and then asks for the result; all that was said then."""
    chance, person = random.Random(seed), begun()
    for _ in range(chance.randrange(60)):
        said = person.say(chance.choice(LINES))
        if person.sent:  # by a yes at the summary
            return person, said
        if not person.session.draft:
            person.say("làm tiếp")
    said = ""
    for line in ("/start", "làm tiếp", "gửi", "Xem kết quả"):
        said = person.say(line)
        if person.sent:  # by "gửi", where nothing was open any more
            break
    return person, said


@pytest.mark.parametrize("seed", range(25))
def test_the_result_is_of_what_was_answered(seed):
    person, said = walked(seed)
    (sent,) = person.sent
    answers = person.kept.get(1, {})
    rated = {rating for score in FORM.scores for rating in score.ratings}
    assert {name: sent["answers"][name] for name in rated} == {name: answers.get(name) for name in rated}
    total = scoring.total(scoring.points(FORM, sent["answers"]))
    found = TOLD.search(said)
    assert found
    low, high = (int((figure or found[1]).replace(".", "")) for figure in found.groups())
    assert (low, high) == (total.low, total.high)
    assert (sent["computed"]["score_low"], sent["computed"]["score_high"]) == (low, high)
    assert person.session.draft is None


@pytest.mark.parametrize("mark", range(6))
def test_every_bubble_of_a_result_fits_every_channel(mark):
    person = begun()
    for line in ("có", "có", *[str(mark)] * 17):
        person.say(line)
    person.say("xem kết quả")
    assert len(person.messages) == 4
    assert all(len(fit(message, can)) == 1 for message in person.messages for can in CAPABILITIES.values())


def test_a_digit_after_the_result_leads_where_it_says():
    person = begun()
    for line in ("có", "có", *["1"] * 17, "xem kết quả"):
        person.say(line)
    labels = [choice.value for choice in person.messages[-1].choices]
    person.hear(Event("said", AT, {"text": str(labels.index("go.form.award_registration") + 1)}))
    assert person.route == "form.award_registration"


def test_the_weights_are_those_of_the_beginning():
    """A province that changes its weights changes no assessment in progress."""
    bundle = read_bundle(CONTENT, "an-giang")
    main = bundle.files["an-giang/programme.yaml"]
    moved = main.replace("Leadership}, points: 100", "Leadership}, points: 150").replace(
        "Strategy}, points: 80", "Strategy}, points: 30"
    )
    assert moved != main
    later = load(Bundle(bundle.programme, {**bundle.files, "an-giang/programme.yaml": moved}), an_giang())
    person = begun()
    person.programme = pin(later, [an_giang()])
    for line in ("có", "có", "5", "5", *["0"] * 15):
        person.say(line)
    assert "Lãnh đạo: 100/100" in person.say("xem kết quả")
    again = Person(person.programme)
    for line in ("tự đánh giá", "có", "có", "5", "5", *["0"] * 15):
        again.say(line)
    assert "Lãnh đạo: 150/150" in again.say("xem kết quả")

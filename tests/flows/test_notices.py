"""News that nobody asked for: it takes no waiting place, and its choices are tapped or typed by letter and number."""

from bot.flows.values import Event
from tests.flows.engine_house import AT, Person


def told(person: Person, *routes: str) -> None:
    person.hear(Event("notified", AT, {"text": "menu.thanks", "routes": [*routes], "values": {}}))


def test_its_choices_are_typed_by_letter_and_number_while_digits_answer_the_question():
    person = Person()
    person.say("khảo sát")
    person.say("đồng ý")
    told(person, "topic.barcode", "topic.ocop")
    assert [choice.label[:3] for choice in person.choices()] == ["A1.", "B1."]
    person.say("b1")
    assert person.route == "topic.ocop"
    person.say("1")
    draft = person.session.draft
    assert draft
    assert draft.answers["sector"] == "rice"


def test_only_the_last_ones_can_still_be_typed_and_no_other_letter():
    person = Person()
    for _ in range(10):
        told(person, "topic.barcode")
    told(person)
    assert list(person.session.notices) == [str(number) for number in range(3, 11)]
    for line in ("A2", "B10", "A11"):
        person.say(line)
        assert person.route != "topic.barcode", line
    person.say("A10")
    assert person.route == "topic.barcode"

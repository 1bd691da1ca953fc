"""A yes, a no, or "I do not know", said alone at any question of both programmes' forms: it names the option that says
just this, and never one that shares a word with it."""

from datetime import date

import pytest

from bot.content import load, read_bundle
from bot.flows import answers
from bot.flows.answers import Read, Several, Unread
from bot.flows.programme import Programme, Question
from bot.flows.values import Event
from tests.flows.engine_house import AT, CONTENT, Person, an_giang

TODAY = date(2026, 11, 23)
UNKNOWING = (
    "ko ro",
    "khong ro",
    "chua biet",
    "k biet",
    "Chưa rõ ạ",
    "em cũng không biết nữa",
    "khong nho",
    "ko nho ro",
    "I don't know",
    "not sure",
)
BOTH = {"an-giang": an_giang(), "ha-noi": load(read_bundle(CONTENT, "ha-noi"))}
ASKED = [
    (programme, question, f"{name}-{form.id}-{question.id}")
    for name, programme in BOTH.items()
    for form in programme.forms.values()
    for question in form.questions
    if question.type in ("choice", "choices")
]
CHOICES = [pytest.param(programme, question, id=name) for programme, question, name in ASKED]
ORGANISATION = ("thông tin đơn vị", "đồng ý", "hộ kinh doanh", "Hộ Ví Dụ", "bỏ qua", "phường Long Xuyên", "bỏ qua")


def read(programme, question, line):
    return answers.read(question, Event("said", AT, {"text": line}), programme, "vi", TODAY)


def names(question, id):
    option = question.option(id)
    return {*option.label.values(), *option.aliases}


def of(name: str, form: str, question: str) -> tuple[Programme, Question]:
    return BOTH[name], BOTH[name].forms[form].question(question)


@pytest.mark.parametrize(("programme", "question"), CHOICES)
def test_who_does_not_know_is_taken_for_that_option_and_no_other(programme, question):
    says_so = [
        option.id
        for option in question.options
        if any(programme.lexicon.unknowing(part) for name in names(question, option.id) for part in name.split(","))
    ]
    for line in UNKNOWING:
        result = read(programme, question, line)
        if len(says_so) == 1:
            wanted = says_so if question.type == "choices" else says_so[0]
            assert isinstance(result, Read), line
            assert result.value == wanted, line
        else:
            assert isinstance(result, Unread), line


@pytest.mark.parametrize("id", ["unknown", "unsure"])
def test_every_option_for_not_knowing_says_so(id):
    """What the content calls unknown can be said in any words for it."""
    there = [(programme, question) for programme, question, _ in ASKED if question.option(id)]
    assert len(there) > 5
    assert all(isinstance(read(programme, question, "ko ro"), Read) for programme, question in there)


@pytest.mark.parametrize(("programme", "question"), CHOICES)
@pytest.mark.parametrize("line", ["có", "co", "yes", "dạ có", "ok"])
def test_a_bare_yes_is_asked_which(programme, question, line):
    result = read(programme, question, line)
    if isinstance(result, Read):
        assert (
            programme.lexicon.yes_no(str(result.value))
            or "co" in names(question, result.value)
            or any(programme.lexicon.yes_no(name) for name in names(question, result.value))
        )
    elif isinstance(result, Unread):
        assert result.reason == "answers.yes_which"
    else:
        for value, _ in result.candidates:
            assert not any(programme.lexicon.yes_no(name) is False for name in names(question, value))


@pytest.mark.parametrize(
    ("form", "question", "line", "wanted"),
    [
        ("organisation", "ocop", "không", "none"), ("organisation", "ocop", "chua", "none"), ("organisation", "ocop", "ko", "none"),
        ("organisation", "ocop", "chưa có ạ", "none"), ("needs_survey", "barcode_now", "ko", "none"),
        ("needs_survey", "barcode_now", "k co", "none"), ("support_application", "own_share", "ko", "none"),
        ("organisation", "key_product", "chua", "no"), ("organisation", "key_product", "co", "yes"),
    ],
)  # fmt: skip
def test_a_bare_no_is_the_only_option_that_is_one(form, question, line, wanted):
    result = read(*of("an-giang", form, question), line)
    assert isinstance(result, Read)
    assert result.value == wanted


@pytest.mark.parametrize(
    ("question", "line"), [("revenue", "ko"), ("capital", "chua"), ("group", "khong"), ("ocop", "sai")]
)
def test_a_bare_no_names_nothing_where_no_option_is_one(question, line):
    assert not isinstance(read(*of("an-giang", "organisation", question), line), Read | Several)


def test_a_yes_shows_the_stars_alone():
    result = read(*of("an-giang", "organisation", "ocop"), "co")
    assert isinstance(result, Several)
    assert [value for value, _ in result.candidates] == ["star_3", "star_4", "star_5"]


# -- in the conversation -------------------------------------------------------------------------------------------------


def at(*lines):
    person = Person()
    for line in (*ORGANISATION, *lines):
        person.say(line)
    return person


def at_question(id, *lines):
    person = at(*lines)
    for _ in range(15):
        if person.draft.asked == id:
            return person
        person.say("bỏ qua")
    raise AssertionError(person.text())


@pytest.mark.parametrize("id", ["industry", "line", "employees", "ocop"])
def test_what_is_optional_is_offered_to_be_skipped(id):
    person = at_question(id)
    assert "không bắt buộc" in person.say("ko ro")
    assert "Bỏ qua" in [choice.label for choice in person.choices()]
    assert person.draft.asked == id
    assert id not in person.draft.answers
    for agreed in ("bỏ qua", "ko biet nua", *(["ok"] if id != "ocop" else [])):  # there a yes may be one of the stars
        again = person.copy()
        again.say(agreed)
        assert again.draft.answers[id] is None, agreed


def test_an_answer_after_all_is_taken():
    person = at_question("line")
    person.say("khong ro")
    person.say("Nuôi cá tra thương phẩm")
    assert person.draft.answers["line"] == "Nuôi cá tra thương phẩm"
    person = at_question("ocop")
    person.say("khong ro")
    person.say("ko")
    assert person.draft.answers["ocop"] == "none"


def test_a_no_to_the_offer_asks_once_more():
    person = at_question("line")
    person.say("khong ro")
    assert "giấy đăng ký" in person.say("không")
    assert person.draft.asked == "line"


def test_what_must_be_answered_says_how_to_go_on():
    person = Person()
    person.say("thông tin đơn vị")
    person.say("đồng ý")
    assert "cần có câu trả lời" in person.say("chua biet")
    assert {"Doanh nghiệp", "Tạm dừng"} <= {choice.label for choice in person.choices()}
    assert person.draft.asked == "group"

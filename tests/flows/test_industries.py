"""Lines of business: by code and by words, with and without accents; what could be two things is asked, never guessed."""

import csv
from collections import Counter
from typing import Any

import pytest

from bot.flows.answers import Several, Unread, display
from bot.flows.programme import Programme, Question
from bot.flows.session import Session
from bot.flows.understanding import fold
from bot.flows.understanding.industries import find
from tests.flows.answering import CONTENT, industries, programme, read, said, tapped, typed
from tests.flows.engine_house import Person, with_form

DIVISIONS = {one.code: one for one in industries() if one.parent}
SECTIONS = {one.code: one for one in industries() if not one.parent}


def codes(line):
    """The division taken at once; those asked about, in brackets."""
    result = read("industry", "said", text=line)
    if isinstance(result, Unread):
        return result.reason
    found: list[Any] = [value for value, _ in result.candidates] if isinstance(result, Several) else [result.value]
    return [value["code"] for value in found] if isinstance(result, Several) else found[0]["code"]


def test_the_table_has_all_sections_and_divisions_of_the_classification():
    """Decision 36/2025/QĐ-TTg: 22 sections, 87 divisions; how many divisions each section has."""
    assert "".join(SECTIONS) == "ABCDEFGHIJKLMNOPQRSTUV"
    sizes = Counter(one.parent for one in DIVISIONS.values())
    assert [sizes[code] for code in SECTIONS] == [3, 5, 24, 1, 4, 3, 2, 5, 2, 3, 3, 3, 1, 7, 6, 1, 1, 3, 4, 3, 2, 1]
    assert list(DIVISIONS) == sorted(DIVISIONS)
    assert len(DIVISIONS) == 87
    assert not {"04", "34", "40", "44", "45", "48", "54", "57", "67", "76", "83", "89"} & set(DIVISIONS)


def test_the_table_says_what_it_rests_on():
    remarks = (CONTENT / "common/industries.csv").read_text(encoding="utf-8").split("code,parent")[0]
    assert "36/2025/QĐ-TTg" in remarks
    assert "15/11/2025" in remarks


def test_nobody_is_called_the_same_twice_in_one_line():
    rows = csv.DictReader((CONTENT / "common/industries.csv").read_text(encoding="utf-8").split("\n")[4:])
    assert [row["code"] for row in rows if len(names := row["aliases"].split(";")) != len(set(names))] == []


@pytest.mark.parametrize(
    ("line", "division"),
    [
        ("10", "10"), ("C10", "10"), ("c 10", "10"), ("C.10", "10"), ("01", "01"), ("A01", "01"), ("1020", "10"),
        ("mã ngành 1020", "10"), ("ma nganh: 10203", "10"), ("VSIC 0322", "03"), ("ngành 56", "56"), ("5510.", "55"),
        ("nuoi ca tra", "03"), ("nuôi cá tra", "03"), ("NUÔI CÁ TRA", "03"), ("xay xat lua gao", "10"), ("may mac", "14"),
        ("may mặc", "14"), ("nhà nghỉ", "55"), ("nha nghi", "55"), ("lam nuoc mam", "10"), ("tôi nuôi tôm ở Kiên Lương", "03"),
        ("nhà máy xay lúa", "10"), ("thu mua lúa", "46"), ("tạp hoá", "47"), ("tiệm tạp hóa", "47"), ("quan ca phe", "56"),
        ("sửa xe máy", "95"), ("dệt thổ cẩm", "13"), ("gạch ngói", "23"), ("tu van iso", "70"), ("phòng thử nghiệm", "71"),
        ("nước uống đóng chai", "11"), ("trong xoai", "01"), ("homestay", "55"), ("spa", "96"), ("cắt tóc", "96"),
        ("Sản xuất, chế biến thực phẩm", "10"), ("san xuat che bien thuc pham", "10"), ("rice milling", "10"),
        ("fish sauce production", "10"), ("hotel", "55"), ("garments", "14"), ("Manufacture of food products", "10"),
    ],
)  # fmt: skip
def test_what_can_only_be_one_division_is_taken(line, division):
    assert codes(line) == division


@pytest.mark.parametrize(
    ("line", "divisions"),
    [
        ("cơ khí", ["25", "28"]), ("co khi", ["25", "28"]), ("buôn bán", ["46", "47"]), ("du lịch", ["55", "79"]),
        ("lúa gạo", ["10", "46"]), ("cà phê", ["01", "10", "56"]), ("nhà hàng, khách sạn", ["55", "56"]),
        ("trồng lúa và xay xát", ["01", "10"]), ("trồng sầu riêng, nuôi cá", ["01", "03"]), ("xây dựng", ["41", "42", "43"]),
        ("F", ["41", "42", "43"]), ("A", ["01", "02", "03"]), ("lua", ["01", "10", "13", "46"]),  # lúa, or lụa
        ("J62", ["62"]),  # that letter in the edition of 2018
        ("45", ["46", "47", "95"]), ("4520", ["46", "47", "95"]),  # a division that the edition of 2025 has no more
        ("1", ["01"]), ("số 2", ["02"]),
    ],
)  # fmt: skip
def test_what_may_be_several_or_is_not_certain_is_asked(line, divisions):
    assert codes(line) == divisions


@pytest.mark.parametrize("line", ["bán cá tra", "bán gạo", "không làm may mặc", "may mặc hoặc dệt", "nuôi cá tra à?"])
def test_what_a_word_may_turn_into_something_else_is_never_taken(line):
    assert isinstance(read("industry", "said", text=line), Several)


@pytest.mark.parametrize(
    "line",
    ["", "không biết", "khong co", "asdkjh", "0", "123456", "cái đầu tiên", "x" * 300, "🙂", "W"],
)
def test_what_names_nothing_is_asked_again(line):
    result = read("industry", "said", text=line)
    assert isinstance(result, Unread)
    assert "xay xát lúa gạo" in said(result)


@pytest.mark.parametrize("line", ["C", "sản xuất", "dịch vụ", "công nghiệp chế biến"])
def test_what_fits_too_many_is_asked_more_exactly(line):
    result = read("industry", "said", text=line)
    assert isinstance(result, Unread)
    assert result.reason == "answers.industry_many"
    assert str(result.values["count"]) in said(result)


@pytest.mark.parametrize("code", DIVISIONS)
def test_whatever_a_division_is_called_finds_it(code):
    """By its title and by every alias, with accents and without: taken, or among what is asked."""
    one = DIVISIONS[code]
    called = [*one.title.values(), *one.short.values(), *one.aliases, code, f"{one.parent}{code}", f"{code}10"]
    lost = []
    for name in called:
        for line in (name, fold(name)):
            found = find(line, industries(), programme().lexicon.choosing)
            if one not in found.divisions or len(found.divisions) > 8:
                lost.append(line)
    assert lost == []


def test_a_division_is_taken_by_its_title_alone():
    """No alias of another stands in its way."""
    titles = {code: codes(one.title["vi"]) for code, one in DIVISIONS.items()}
    assert titles == {code: code for code in DIVISIONS}


def test_the_answer_keeps_code_name_and_section():
    assert typed("industry", "1061") == {"code": "10", "name": "Sản xuất, chế biến thực phẩm", "section": "C"}
    assert tapped("industry", "55") == {"code": "55", "name": "Dịch vụ lưu trú", "section": "I"}
    assert tapped("industry", "45") == "!industry"
    assert tapped("industry", "C") == "!industry"


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        ({"code": "10", "name": "Sản xuất", "section": "C"}, "vi", "10 – Sản xuất, chế biến thực phẩm"),
        ({"code": "10", "name": "Sản xuất", "section": "C"}, "en", "10 – Manufacture of food products"),
        ({"code": "45", "name": "Bán ô tô", "section": "G"}, "vi", "45 – Bán ô tô"),  # of an earlier edition
        ("gone", "vi", "gone"),
    ],
)  # fmt: skip
def test_it_is_shown_by_code_and_title(value, language, shown):
    assert display(Question("q", "industry"), value, programme(), language) == shown


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_division_fits_a_button(language):
    bilingual: Programme = programme()
    labels = [display(Question("q", "industry"), {"code": code}, bilingual, language) for code in DIVISIONS]
    assert max(map(len, labels)) <= 60
    assert len(set(labels)) == 87


# -- what was read is shown at once --------------------------------------------------------------------------------------


def at_industry():
    person = Person()
    for line in ("thông tin đơn vị", "đồng ý", "hộ kinh doanh", "Hộ Ví Dụ", "bỏ qua", "long xuyên", "bỏ qua"):
        person.say(line)
    assert person.draft.asked == "industry"
    return person


@pytest.mark.parametrize("line", ["nuoi ca tra", "nuôi cá tra", "0322"])
def test_what_words_were_read_as_stands_over_the_next_question(line):
    person = at_industry()
    person.say(line)
    assert person.messages[0].text.plain.startswith("Ngành chính: 03 – Khai thác, nuôi trồng thủy sản\n\nCâu ")
    assert len(person.messages) == 1


def test_what_was_tapped_is_not_said_again():
    person = at_industry()
    person.say("lua gao")
    person.tap(person.choices()[0].value)
    assert "Ngành chính" not in person.text()


def test_a_commune_is_shown_unless_it_was_typed_so_or_is_said_anyway():
    person = Person(with_form("places", PLACES), Session(turns=1, consents={"request": True}))
    person.tap("go.form.places")
    assert "Địa bàn: Phường Long Xuyên" in person.say("long xuyen")
    assert "Nơi khác: Xã Vĩnh Gia" not in person.say("Xã Vĩnh Gia")
    said = person.say("p. long xuyen")
    assert "Nơi nữa" not in said
    assert "Ở Phường Long Xuyên" in said


PLACES = """
format: 1
title: {vi: Ba nơi, en: Three places}
intro: {vi: Xin mời., en: Welcome.}
thanks: {vi: Cảm ơn., en: Thanks.}
questions:
  - {id: one, type: commune, text: {vi: Ở đâu?, en: Where?}, short: {vi: Địa bàn, en: Place}}
  - {id: two, type: commune, text: {vi: Còn ở đâu?, en: Where else?}, short: {vi: Nơi khác, en: Other place}}
  - {id: three, type: commune, text: {vi: Và ở đâu nữa?, en: And where?}, short: {vi: Nơi nữa, en: One more}}
  - {id: last, type: text, text: {vi: "Ở {{ answers.three }} làm gì?", en: "What in {{ answers.three }}?"}, short: {vi: Việc, en: Work}}
"""

"""A bundle alone makes the programme; its hash is the release; forms know their longest path."""

import os
from dataclasses import replace
from itertools import product

import pytest

from bot.channel import units
from bot.content import (
    Bundle,
    ContentProblems,
    changed,
    fingerprint,
    from_bytes,
    load,
    pin,
    read_bundle,
)
from bot.content.limits import PAGE
from bot.flows.conditions import parse
from bot.flows.engine import walking
from bot.flows.paths import TooManyPaths, follow
from bot.flows.programme import Computed, Form, Option, Question

FORM, MAIN, TOPIC = "demo/forms/survey.yaml", "demo/programme.yaml", "demo/topics/barcode.vi.md"


@pytest.fixture
def on_disk(files, tmp_path):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_everything_of_the_files_is_in_the_programme(files):
    programme = load(files.bundle())
    form = programme.forms["survey"]
    assert (programme.id, programme.languages, str(programme.zone)) == ("demo", ("vi",), "Asia/Ho_Chi_Minh")
    assert programme.menu == ("topic.barcode", "form.survey", "human")
    assert programme.routes["human"] == {"vi": "Gặp cán bộ"}
    assert programme.routes["form.survey"] == form.title == {"vi": "Khảo sát mẫu"}
    assert programme.facts == {"agency": "Sở Mẫu", "phone": ""}
    assert programme.purposes["request"].title == {"vi": "Xử lý yêu cầu"}
    assert programme.entries["targets"][0].data == {"period": "2026–2030", "value": 100}
    assert programme.entries["targets"][0].basis == "Kế hoạch mẫu"
    commune = programme.communes[0]
    assert (commune.code, commune.kind, commune.name, commune.aliases) == ("1", "xa", "Mẫu Một", ("mm", "mau"))
    assert commune.former == ("xã Cũ|huyện Cũ|tỉnh Cũ",)
    assert programme.lexicon.guesses("khao sat")[0].route == "form.survey"
    assert programme.render("programme.name", "vi", {}).plain == "Chương trình mẫu"


def test_a_form_as_the_engine_walks_it(files):
    form = load(files.bundle()).forms["survey"]
    needs, items, people, owner = form.questions
    assert (form.consent, form.short["needs"], form.sections[0].id) == ("request", {"vi": "Nhu cầu"}, "unit")
    assert (needs.type, needs.none, [option.id for option in needs.options]) == (
        "choices",
        "nothing",
        ["barcode", "training", "nothing"],
    )
    assert (items.minimum, items.maximum) == (1, 100)
    assert items.when is not None
    assert items.when.holds({"needs": ["barcode"]}) is True
    assert (people.optional, owner.personal, owner.optional) == (True, True, False)
    assert people.check is not None
    assert people.check.holds({"value": 5, "items": 4}) is False
    assert walking.known(form, {"items": 12})["size"] == "large"
    assert form.total == 4


def test_texts_of_forms_and_topics_have_their_names(files):
    programme = load(files.bundle())
    thanks = programme.render("forms.survey.thanks", "vi", {"answers": {}})
    assert thanks.plain == "Cảm ơn anh/chị.\nGọi đang cập nhật khi cần."
    piped = programme.render("forms.survey.people.invalid", "vi", {"answers": {"items": "4"}})
    assert piped.plain == "Nhiều hơn 4."
    assert programme.render("topics.barcode", "vi", {}).plain == "Về barcode."
    assert programme.topics["barcode"].pages == 1
    assert programme.render("topics.barcode.1", "vi", {}).plain == "Dài hơn.\n\nHỏi Sở Mẫu."


def test_a_language_that_a_text_lacks_is_the_first(files):
    assert load(files.bundle()).render("label.yes", "en", {}).plain == "Có"


def test_a_programme_has_its_own_words_for_a_common_text(files):
    files["demo/texts/own.vi.yaml"] = "label: {yes: Dạ có}\n"
    assert load(files.bundle()).render("label.yes", "vi", {}).plain == "Dạ có"


def test_the_longer_form_is_paged_at_paragraphs_with_headings_kept(files):
    paragraphs = [f"Đoạn {number} " + "chữ " * 80 for number in range(20)]
    files[TOPIC] = "---\ntitle: B\n---\nNgắn.\n\n<!-- more -->\n" + "\n\n## Đầu mục\n\n".join(paragraphs)
    programme = load(files.bundle())
    count = programme.topics["barcode"].pages
    pages = [programme.render(f"topics.barcode.{page}", "vi", {}).plain for page in range(1, count + 1)]
    assert not programme.has(f"topics.barcode.{count + 1}")
    assert units("".join(pages)) / PAGE < count < 2 * units("".join(pages)) / PAGE
    assert all(units(page) <= PAGE and not page.endswith("Đầu mục") for page in pages)
    assert "\n\n".join(pages).split() == "\n\nĐầu mục\n\n".join(paragraphs).split()


def test_languages_of_a_topic_have_the_same_number_of_pages(files):
    long = "\n\n".join("chữ " * 300 for _ in range(6))
    files[TOPIC] = f"---\ntitle: B\n---\nNgắn.\n<!-- more -->\n{long}\n"
    files["demo/topics/barcode.en.md"] = "---\ntitle: B\n---\nShort.\n<!-- more -->\n" + "x\n\n" * 7
    programme = load(files.bundle())
    assert programme.topics["barcode"].pages == 6
    shown = [programme.render(f"topics.barcode.{page}", "en", {}).plain for page in range(1, 7)]
    assert shown == ["x\n\nx", "x", "x", "x", "x", "x"]


def test_a_language_with_too_few_paragraphs_is_a_problem(files):
    long = "\n\n".join("chữ " * 300 for _ in range(3))
    files[TOPIC] = f"---\ntitle: B\n---\nNgắn.\n<!-- more -->\n{long}\n"
    files["demo/topics/barcode.en.md"] = "---\ntitle: B\n---\nShort.\n<!-- more -->\nx\n"
    with pytest.raises(ContentProblems, match=r"barcode.en.md:6: the longer form has 3 pages in another language"):
        load(files.bundle())


def test_a_programme_s_own_topic_takes_the_place_of_the_common_one_and_keeps_its_words(files):
    files["common/topics/barcode.vi.md"] = (
        "---\ntitle: Chung\nkeywords: [ma chung, barcode]\nrelated: [human]\n---\nBài chung.\n<!-- more -->\nDài chung.\n"
    )
    files[TOPIC] = "---\ntitle: Riêng\nkeywords: [barcode, ma rieng]\n---\nBài riêng.\n"
    programme = load(files.bundle())
    topic = programme.topics["barcode"]
    assert (topic.title, topic.pages, topic.related) == ({"vi": "Riêng"}, 0, ("human",))
    assert programme.render("topics.barcode", "vi", {}).plain == "Bài riêng."
    assert not programme.has("topics.barcode.1")
    assert {programme.lexicon.guesses(words)[0].route for words in ("ma chung", "ma rieng")} == {"topic.barcode"}


def test_words_for_a_form_in_the_routes_count_beside_its_own(files):
    files.add(
        "common/routes.vi.yaml", "form.survey: {title: Phiếu, keywords: [phieu chung], examples: [cho toi phieu]}\n"
    )
    programme = load(files.bundle())
    assert programme.routes["form.survey"] == {"vi": "Khảo sát mẫu"}
    guessed = [programme.lexicon.guesses(words)[0].route for words in ("phieu chung", "cho toi phieu", "khao sat")]
    assert guessed == ["form.survey"] * 3


def test_a_topic_of_the_programme_without_a_text_adds_its_words_to_the_common_one(files):
    files["common/topics/barcode.vi.md"] = files[TOPIC]
    files[TOPIC] = "---\ntitle: Bài barcode\nkeywords: [ma rieng]\n---\n"
    programme = load(files.bundle())
    assert programme.render("topics.barcode", "vi", {}).plain == "Về barcode."
    assert programme.topics["barcode"].pages == 1
    assert {programme.lexicon.guesses(words)[0].route for words in ("barcode", "ma rieng")} == {"topic.barcode"}


def test_what_cannot_be_loaded_is_a_list_of_problems(files):
    files.swap(FORM, "when: \"'barcode' in needs\"", "when: needs >").swap(MAIN, "id: request", "id: 1")
    with pytest.raises(ContentProblems) as error:
        load(files.bundle())
    assert [(problem.file, problem.line) for problem in error.value.problems] == [(MAIN, 8)]
    files.swap(MAIN, "id: 1", "id: request")
    with pytest.raises(ContentProblems, match=r"survey.yaml:24: 'when': not a comparison"):
        load(files.bundle())


def test_a_bundle_is_read_stored_and_loaded_again(on_disk, files):
    bundle = read_bundle(on_disk, "demo")
    assert bundle == files.bundle()
    again = from_bytes(bundle.to_bytes())
    assert (again, again.release) == (bundle, bundle.release)
    assert load(again).release == bundle.release


def test_facts_are_no_part_of_a_release(files):
    before = files.bundle().release
    assert files.swap(MAIN, 'value: ""', "value: 0296 3 123 456").bundle().release == before
    assert files.swap(MAIN, "title: Điện thoại", "title: Số máy").bundle().release != before


def test_any_other_change_is_another_release(files):
    before = files.bundle().release
    assert files.swap(FORM, "Cần gì?", "Cần gì ạ?").bundle().release != before


def test_a_file_of_another_programme_changes_nothing(on_disk):
    before = read_bundle(on_disk, "demo")
    (on_disk / "other").mkdir()
    (on_disk / "other" / "programme.yaml").write_text("id: other")
    for beside in ("README.md", ".hidden.yaml", "demo/note.txt", "demo/README.md"):
        (on_disk / beside).write_text("x")
    assert read_bundle(on_disk, "demo") == before


def test_an_unknown_programme_names_the_known(tmp_path, on_disk):
    with pytest.raises(ContentProblems, match=r"no programme 'nowhere' in .*found: demo"):
        read_bundle(on_disk, "nowhere")


def test_a_file_that_is_not_utf_8_is_named_with_its_line(on_disk):
    (on_disk / TOPIC).write_bytes(b"---\ntitle: \xff\n")
    with pytest.raises(ContentProblems, match=r"barcode.vi.md:2: this file is not UTF-8"):
        read_bundle(on_disk, "demo")


def test_a_change_on_disk_is_seen_at_a_glance(on_disk):
    last = fingerprint(on_disk, "demo")
    assert changed(on_disk, "demo", last) is None
    os.utime(on_disk / FORM, ns=(1, 1))
    later = changed(on_disk, "demo", last)
    assert later is not None
    (on_disk / TOPIC).unlink()
    assert changed(on_disk, "demo", later) not in (None, later)


def test_older_releases_are_pinned_with_todays_facts(files):
    old = load(files.bundle())
    new = load(files.swap(FORM, "Cần gì?", "Cần gì ạ?").swap(MAIN, 'value: ""', "value: 0296").bundle())
    both = pin(new, [old, new])
    assert set(both.older) == {old.release}
    assert both.at(old.release).render("forms.survey.needs", "vi", {}).plain == "Cần gì?"
    assert both.at(old.release).facts["phone"] == "0296"


def test_an_older_release_is_understood_with_todays_words(files):
    today = load(files.bundle())
    files["common/words.yaml"] = "lists: of an older house\n"
    assert load(files.bundle(), today).lexicon is today.lexicon
    with pytest.raises(ContentProblems, match=r"words.yaml:1: a list is missing"):
        load(files.bundle())


def test_an_unknown_format_is_refused(files):
    with pytest.raises(ContentProblems, match="format 2 is not known"):
        load(files.swap(MAIN, "format: 1", "format: 2").bundle())


def test_a_value_inside_itself_is_a_problem(files):
    with pytest.raises(ContentProblems, match="too many levels"):
        load(files.add("demo/texts/loop.vi.yaml", "a: &a [*a]\n").bundle())


# --- paths ------------------------------------------------------------------------------------------------------------

NEEDS = Question("needs", "choices", options=tuple(Option(name, {}) for name in ("a", "b", "c", "none")), none="none")
SURE = Question("sure", "yes_no", optional=True)
COUNT = Question("count", "number", minimum=0, maximum=20)
KINDS = {"needs": "list", "sure": "bool", "count": "number", "size": "str"}
WHENS = ["'a' in needs", "'a' in needs and 'b' in needs", "'none' in needs", "sure", "not sure", "count > 10",
         "count == 3 and not sure", "size == 'large'", "size == 'small' and 'c' not in needs"]  # fmt: skip
SIZE = Computed("size", ((parse("count >= 10", KINDS), "large"),), "small")


def form(*whens: str) -> Form:
    last = [Question(f"q{number}", "text", when=parse(when, KINDS)) for number, when in enumerate(whens)]
    return Form("f", {}, (NEEDS, SURE, COUNT, *last), computed=(SIZE,))


def by_force(made: Form) -> int:
    """The longest path over all answers there can be."""
    sets: list[list[str]] = [
        ["none"],
        *([name for name, on in zip("abc", some, strict=True) if on] for some in product((0, 1), repeat=3)),
    ]
    every = product([found for found in sets if found], (True, False, None), range(21))
    return max(len(walking.asked_of(made, {"needs": list(n), "sure": s, "count": c})) for n, s, c in every)


@pytest.mark.parametrize("first", WHENS)
@pytest.mark.parametrize("second", WHENS)
def test_the_longest_path_is_the_one_found_by_trying_everything(first, second):
    made = form(first, second, *WHENS[:3])
    assert follow(made).longest == by_force(made)


def test_what_no_answers_lead_to_is_not_reached():
    made = form("'a' in needs and 'none' in needs", "count > 20", "sure", "size == 'large' and count < 10")
    assert follow(made).reached == {"needs", "sure", "count", "q2"}


def test_statements_are_not_counted():
    made = form("sure")
    assert follow(replace(made, questions=(*made.questions, Question("bye", "statement")))).longest == 4


def test_a_set_has_as_many_as_it_must():
    least = replace(NEEDS, minimum=2, maximum=2, none="")
    made = Form(
        "f", {}, (least, Question("q", "text", when=parse("'a' in needs and 'b' in needs and 'c' in needs", KINDS)))
    )
    assert follow(made).reached == {"needs"}


def test_too_many_paths_are_a_problem_not_a_hang():
    options = tuple(Option(f"o{number}", {}) for number in range(20))
    many = Question("needs", "choices", options=options)
    every = " and ".join(f"'o{number}' in needs" for number in range(20))
    with pytest.raises(TooManyPaths):
        follow(Form("f", {}, (many, Question("q", "text", when=parse(every, KINDS)))))


def test_an_empty_bundle_is_a_problem():
    with pytest.raises(ContentProblems):
        load(Bundle("demo", {}))

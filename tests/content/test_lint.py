"""Each kind of problem, alone in content that is otherwise clean: found once, in the right file and line."""

from pathlib import Path

import pytest

from bot.content import check, read_bundle, report
from bot.content.lint import WORDLESS

CONTENT = Path(__file__).parents[2] / "content"
MAIN, FORM, TEXTS, ROUTES = (
    "demo/programme.yaml",
    "demo/forms/survey.yaml",
    "common/texts/flow.vi.yaml",
    "common/routes.vi.yaml",
)
TOPIC = "demo/topics/barcode.vi.md"
LONG = "chữ " * 600
MANY = "".join(f"      - {{id: o{number}, label: Mục {number}}}\n" for number in range(13))
RUN_OF_QUESTIONS = "".join(f"  - {{id: more{number}, type: yes_no, text: Hỏi}}\n" for number in range(13))

# file, what is replaced, by what, words on the line of the problem, words of its message
BROKEN = {
    "YAML that cannot be read": (FORM, "title: Khảo sát mẫu", "title: [Khảo sát", "keywords", "cannot be read as YAML"),
    "a key twice": (FORM, "keywords:", "title: Hai\nkeywords:", "title: Hai", "twice"),
    "an unknown key": (FORM, "    optional: true", "    optinal: true", "optinal", "did you mean 'optional'"),
    "a missing key": (FORM, "    type: text\n", "", "id: owner", "'type' is missing"),
    "an unknown type": (FORM, "type: text", "type: txet", "type: txet", "not a type of question"),
    "a bad id": (FORM, "id: owner", "id: Owner-1", "id: Owner-1", "is no id"),
    "words that are no words": (FORM, "text: Cần gì?", "text: [a]", "text: [a]", "'text'"),
    "the same as nothing before": (
        FORM, "id: owner", "id: owner\n    same: ownr", "same:", "no earlier question of type text is 'ownr'",
    ),
    "a suggestion for a number": (
        FORM, "id: owner", "id: many\n    type: number\n    text: Mấy?\n    suggests: [Một]\n  - id: owner", "suggests",
        "only type text is suggested",
    ),
    "an unknown format": (FORM, "format: 1", "format: 99", "format: 99", "format 99 is not known"),
    "a bad time zone": (MAIN, "Asia/Ho_Chi_Minh", "Asia/Nowhere", "Nowhere", "no time zone"),
    "a wrong programme id": (MAIN, "id: demo", "id: other", "id: other", "should be demo"),
    "a missing language": (MAIN, "name: Chương", "name: {en: Programme}\n#", "name:", "missing in the language 'vi'"),
    "an empty label": (FORM, "label: Mã vạch", 'label: ""', "id: barcode", "'label' is missing"),
    "a question twice": (FORM, "id: owner", "id: items", "id: items\n    type: text", "twice"),
    "an option twice": (FORM, "id: training,", "id: barcode,", "Tập huấn", "stands here twice"),
    "a label twice": (FORM, "label: Tập huấn", "label: Mã vạch", "id: training", "same label"),
    "a reserved name": (FORM, "id: owner", "id: intro", "id: intro", "choose another"),
    "a target twice": (MAIN, "  - {id: one", "  - {id: one, title: A}\n  - {id: one", "basis", "twice"),
    "an unreachable question": (
        FORM, "'training' in needs\"", "'training' in needs and 'nothing' in needs\"", "and 'nothing'", "nobody is ever",
    ),
    "an unreachable number": (FORM, "when: \"'training' in needs\"", "when: items > 100", "items > 100", "nobody is"),
    "a choice without options": (FORM, "type: text", "type: choice", "type: choice\n", "a choice needs options"),
    "options without a choice": (
        FORM, "    personal: true", "    options: [{id: a, label: A}]", "options: [", "has no options",
    ),
    "a minimum above the maximum": (FORM, "minimum: 1", "minimum: 101", "minimum: 101", "above the maximum"),
    "a bound that is no number": (FORM, "minimum: 1", "minimum: one", "minimum: one", "should be a number"),
    "a bound of a choice": (FORM, "    section: unit", "    minimum: 4", "minimum: 4", "only 3 options"),
    "a later answer": (FORM, "'barcode' in needs", "people > 1", "people > 1", "it is asked later"),
    "an unknown answer": (FORM, "'barcode' in needs", "nobody > 1", "nobody > 1", "no earlier answer is called nobody"),
    "an unknown option": (FORM, "'barcode' in needs", "'barcod' in needs", "'barcod'", "has no option 'barcod'"),
    "a computed value that is not known yet": (FORM, "'barcode' in needs", "size == 'large'", "size ==", "no earlier"),
    "no comparison": (FORM, "check: value <= items", "check: value = 1", "value = 1", "not a comparison"),
    "a path too long": (FORM, "computed:", RUN_OF_QUESTIONS + "computed:", "questions:", "asked 17 questions"),
    "a text too long": (FORM, "Bao nhiêu người học?", LONG, "chữ chữ", "at most 2000"),
    "a label too long": (FORM, "label: Mã vạch", "label: " + "a" * 61, "id: barcode", "61 characters"),
    "a label text too long": (TEXTS, "yes: Có", "yes: " + "a" * 61, "yes:", "61 characters"),
    "ids too long for a tap": (FORM, "{id: training", "{id: " + "t" * 60, "ttt", "too long together"),
    "too many choices": (FORM, "    none: nothing", MANY + "    none: nothing", "options:", "16 options"),
    "an unknown none": (FORM, "none: nothing", "none: never", "none: never", "not among the options"),
    "an unknown section": (FORM, "section: unit", "section: units", "section: units", "not among the sections"),
    "a dangling menu": (MAIN, "topic.barcode", "topic.barcodes", "menu:", "'topic.barcodes' leads nowhere"),
    "a dangling relation": (TOPIC, "keywords:", "related: [form.nothing]\nkeywords:", "related", "leads nowhere"),
    "a topic related to itself": (TOPIC, "keywords:", "related: [topic.barcode]\nkeywords:", "related", "to itself"),
    "personal data without consent": (FORM, "consent: request\n", "", "id: owner", "asks for personal data"),
    "an unknown purpose": (FORM, "consent: request", "consent: fun", "consent: fun", "not among the purposes"),
    "a purpose without its text": (TEXTS, "  request: Anh", "  other: Anh", "", "consents.request"),
    "an answer that comes later": (FORM, "answers.needs", "answers.owner", "answers.owner", "is asked before this text"),
    "an answer of nobody": (FORM, "answers.items", "answers.itms", "answers.itms", "no question called 'itms'"),
    "an unknown fact": (FORM, "facts.phone", "facts.fone", "facts.fone", "no fact 'fone'"),
    "an unknown value": (FORM, "{{ facts.phone }}", "{{ phone }}", "Gọi {{ phone", "'phone' is not known here"),
    "a placeholder that does not end": (FORM, "{{ facts.phone }}", "{{ facts.phone", "Gọi", "cannot be read"),
    "an unknown filter": (FORM, "facts.phone", "facts.phone | shout", "shout", "'| shout' is not known"),
    "a macro": (FORM, "{{ facts.phone }}", "{% set a = 1 %}", "set a", "cannot be used in a text"),
    "a mark without partner": (TOPIC, "Về **barcode**", "Về **barcode", "Về", "'**' is shown as it is"),
    "a picture": (TOPIC, "Về **barcode**", "![x](https://demo.vn/x.png)", "![x]", "a picture is shown"),
    "an unsafe link": (TOPIC, "Về **barcode**", "[x](javascript:alert)", "[x]", "is shown as it is"),
    "HTML": (TOPIC, "Về **barcode**", "Về <b>mã</b>", "<b>", "HTML such as <b>"),
    "a table": (TOPIC, "Về **barcode**", "| Mã | Nghĩa |\n|---|---|\n| a | b |", "| Mã", "a table is shown"),
    "a block of code": (TOPIC, "Về **barcode**.", "Một\n\n```\nmã\n```", "```", "a block of code"),
    "a heading too deep": (TOPIC, "Về **barcode**", "Một\n\n####### Về", "#######", "one to six #"),
    "a heading without a blank": (TOPIC, "Về **barcode**", "##Về", "##Về", "'##Về barcode.' is shown".replace(" barcode", "")),
    "a quotation": (TOPIC, "Về **barcode**", "Một\n> Về", "> Về", "a quotation mark '>'"),
    "a ruled line": (TOPIC, "Về **barcode**.", "Một\n\n***\n\nHai", "***", "a line '***' is shown"),
    "an underlined heading": (TOPIC, "Về **barcode**.", "Một\n===", "===", "a line '===' is shown"),
    "an entity": (TOPIC, "Về **barcode**", "Một\nVề&nbsp;mã", "Về&nbsp;", "&nbsp; is shown"),
    "words struck through": (TOPIC, "Về **barcode**", "Một\n~~Về~~", "~~Về", "'~~Về~~' is shown"),
    "a box to tick": (TOPIC, "Về **barcode**", "Một\n- [ ] Về", "- [ ]", "a box to tick"),
    "an address at the foot": (TOPIC, "Về **barcode**", "Một\n\n[a]: https://demo.vn", "[a]:", "put the address behind"),
    "a picture in a later line": (TOPIC, "Về **barcode**", "Một\nhai ![x](https://demo.vn/x.png)", "hai", "a picture is"),
    "a decorated label": (FORM, "label: Mã vạch", "label: '**Mã** vạch'", "id: barcode", "'label' is plain words"),
    "a placeholder in a short name": (FORM, "short: Nhu cầu", "short: '{{ facts.phone }}'", "short:", "'short' is plain"),
    "a decorated title": (TOPIC, "title: Bài barcode", "title: Bài **mã**", "title:", "'title' is plain words"),
    "a decorated fact": (MAIN, "value: Sở Mẫu", "value: '**Sở** Mẫu'", "agency:", "a fact is plain words"),
    "a text of the house under another name": (TEXTS, "paused:", "pausd:", "pausd:", "is 'flow.pausd' meant for it?"),
    "a text of the house left out": (
        TEXTS, "  paused: Đã dừng **{{ title }}**.\n", "", "picked:", "flow.paused is missing in the language 'vi'; it",
    ),
    "a value that is not given": (TEXTS, "{{ title }}", "{{ titel }}", "paused:", "'titel' is not known here; known: f"),
    "a value that is not given, further down": (TEXTS, "{{ labels", "{{ label", "{{ label |", "'label' is not known"),
    "a look into Python": (TEXTS, "{{ title }}", "{{ title.__class__ }}", "paused:", "'.__class__' cannot be used"),
    "a look into Python from nowhere": (TEXTS, "{{ title }}", "{{ ''.__class__ }}", "paused:", "'.__class__' cannot"),
    "a look into Python by an index": (
        TEXTS, "{{ title }}", "{{ ''['__class__'] }}", "paused:", "cannot be shown with everyday values: ",
    ),
    "a list that is shown whole": (TEXTS, "| join('; ')", "", "{{ labels", "cannot be shown with everyday values"),
    "the first of nothing": (TEXTS, "join('; ')", "first", "| first", "cannot be shown with empty values"),
    "sums with answers": (
        FORM, "{{ facts.phone }}", "{{ answers.items + 1 }}", "answers.items + 1", "cannot be shown with everyday values",
    ),
    "a menu route without title": (MAIN, "human]", "status]", "menu:", "'status' leads nowhere"),
    "a title of two": (ROUTES, "title: Gặp cán bộ", "title: Bài award", "human", "is also that of topic.award"),
    "two topics with one title": (TOPIC, "title: Bài barcode", "title: Bài award", "title", "the same title"),
    "a text in two files": (TEXTS, "label:", "x: {y: Một}\nx.y: Hai\nlabel:", "x.y", "keep one"),
    "a text that is no text": (TEXTS, "yes: Có", "yes: [Có]", "yes", "should be words"),
    "a file without keys": (ROUTES, "human: {", "- {", "-", "lines that begin with 'key:'"),
    "no front matter": (TOPIC, "---\n", "", "title", "a topic begins with a line ---"),
    "word lists without a list": ("common/words.yaml", '"greetings"', '"greeting"', "{", "greetings"),
    "a commune without kind": ("demo/communes.csv", "1,xa,", "1,city,", "1,city", "needs a code, a kind"),
    "a commune table without head": ("demo/communes.csv", "code,kind", "code;kind", "code;kind", "first line should read"),
}  # fmt: skip


def test_content_without_a_fault_has_no_problem(files):
    assert report(files.check()) == ""


@pytest.mark.parametrize("kind", BROKEN)
def test_one_fault_is_found_with_file_and_line(files, kind):
    file, old, new, on, message = BROKEN[kind]
    files.swap(file, old, new)
    problems = [problem for problem in files.check() if message in problem.message]
    assert len(problems) == 1, report(files.check())
    where = MAIN if kind == "a purpose without its text" else file
    words = "{id: request" if kind == "a purpose without its text" else on
    first, newline, _ = words.partition("\n")
    line = files.line(where, first)
    if newline:  # the same words stand twice: the later one is meant
        line = files[where][: files[where].index(words)].count("\n") + 1
    assert (problems[0].file, problems[0].line) == (where, line)


def test_a_programmes_own_text_that_no_one_says_is_a_problem(files):
    files["demo/texts/own.vi.yaml"] = "flow:\n  paused: Dừng {{ title }}.\n  pausd: Dừng {{ nobody }}.\n"
    found = [(each.file, each.line, each.message) for each in files.check()]
    message = "no one says the text flow.pausd; did you mean 'flow.paused'?"
    assert found == [("demo/texts/own.vi.yaml", 3, message)]


def test_an_english_text_that_is_missing_is_looked_for_among_the_english_ones(files):
    files.swap(MAIN, "languages: [vi]", "languages: [vi, en]")
    files["common/texts/flow.en.yaml"] = "flow:\n  picked: Picked.\n"
    missing = [each for each in files.check() if "flow.paused" in each.message]
    assert [(each.file, each.line) for each in missing] == [("common/texts/flow.en.yaml", 2)]


def test_a_choice_of_languages_needs_their_names(files):
    assert "label.language" not in report(files.check())
    files.swap(MAIN, "languages: [vi]", "languages: [vi, en]")
    assert "the text label.language_en is missing in the language 'vi'" in report(files.check())


@pytest.mark.parametrize(
    ("file", "old"),
    [
        (FORM, "title: Khảo"),
        (TOPIC, "title: Bài"),
        (ROUTES, "human: {"),
        (TEXTS, "consents:"),
        ("common/words.yaml", '"'),
    ],
)
def test_what_cannot_be_read_is_one_problem_and_buries_nothing(files, file, old):
    files.swap("demo/topics/award.vi.md", "keywords:", "related: [topic.barcode, form.survey]\nkeywords:")
    assert files.check() == []
    files.swap(file, old, "[" + old)
    assert [each.file for each in files.check()] == [file], report(files.check())


def test_only_links_into_what_cannot_be_read_are_passed_over(files):
    files.swap(FORM, "title: Khảo", "title: [Khảo").swap(MAIN, "human]", "topic.nothing]")
    assert [each.file for each in files.check()] == [FORM, MAIN]


@pytest.mark.parametrize(
    "written",
    [
        "`<b>` và `| a |`",
        "Số #1, 2 > 1",
        "\\# không",
        "# Đầu\n###### Sáu",
        "a | b",
        "A & B",
        "giá ~ 5",
        "- [x](https://x.vn)",
    ],
)
def test_what_chat_shows_well_is_no_problem(files, written):
    files.swap(TOPIC, "Về **barcode**.", written)
    assert report(files.check()) == ""


def test_a_missing_topic_is_a_problem(files):
    del files["demo/topics/ocop.vi.md"]
    assert [each.message for each in files.check()] == ["the topic 'ocop' is missing: write topics/ocop.vi.md"]


def test_a_topic_that_no_file_gives_a_text_is_a_problem(files):
    files["common/topics/barcode.vi.md"] = "---\ntitle: Bài barcode\nkeywords: [barcode]\n---\n"
    assert files.check() == []
    del files[TOPIC]
    found = [(each.file, each.message) for each in files.check()]
    assert found == [("common/topics/barcode.vi.md", WORDLESS)]


def test_every_language_of_the_programme_is_wanted_everywhere(files):
    files.swap(MAIN, "languages: [vi]", "languages: [vi, en]")
    problems = report(files.check())
    for wanted in ("'label'", "'title'", "'intro'", "topic 'barcode'", "route 'human'", "text consents.request"):
        assert f"{wanted} is missing in the language 'en'" in problems


def test_a_second_language_makes_a_clean_programme(files):
    files.swap(MAIN, "name: Chương trình mẫu", "name: {vi: Mẫu, en: Demo}")
    assert files.check() == []


def test_a_form_may_allow_longer_paths(files):
    files.swap(FORM, "computed:", RUN_OF_QUESTIONS + "computed:").swap(FORM, "consent:", "longest: 17\nconsent:")
    assert files.check() == []


def test_the_report_has_one_line_per_problem_in_order(files):
    files.swap(FORM, "optional: true", "optinal: true").swap(MAIN, "topic.barcode", "topic.nowhere")
    lines = report(files.check()).split("\n")
    assert [line.rpartition(": ")[0].split(":")[:2] for line in lines] == [
        [FORM, str(files.line(FORM, "optinal"))],
        [MAIN, "6"],
    ]


@pytest.mark.parametrize("programme", sorted(found.parent.name for found in CONTENT.glob("*/programme.yaml")))
def test_the_real_content_is_clean(programme):
    assert report(check(read_bundle(CONTENT, programme))) == ""

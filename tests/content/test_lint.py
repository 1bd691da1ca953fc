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
    "an unknown value": (FORM, "{{ facts.phone }}", "{{ phone }}", "thanks", "'phone' is not known here"),
    "a placeholder that does not end": (FORM, "{{ facts.phone }}", "{{ facts.phone", "Gọi", "cannot be read"),
    "an unknown filter": (FORM, "facts.phone", "facts.phone | shout", "shout", "'| shout' is not known"),
    "a macro": (FORM, "{{ facts.phone }}", "{% set a = 1 %}", "set a", "cannot be used in a text"),
    "a mark without partner": (TOPIC, "Về **barcode**", "Về **barcode", "Về", "'**' is shown as it is"),
    "a picture": (TOPIC, "Về **barcode**", "![x](https://demo.vn/x.png)", "![x]", "a picture is shown"),
    "an unsafe link": (TOPIC, "Về **barcode**", "[x](javascript:alert)", "[x]", "is shown as it is"),
    "HTML": (TOPIC, "Về **barcode**", "Về <b>mã</b>", "<b>", "HTML such as <b>"),
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
    assert report(check(files.bundle())) == ""


@pytest.mark.parametrize("kind", BROKEN)
def test_one_fault_is_found_with_file_and_line(files, kind):
    file, old, new, on, message = BROKEN[kind]
    files.swap(file, old, new)
    problems = [problem for problem in check(files.bundle()) if message in problem.message]
    assert len(problems) == 1, report(check(files.bundle()))
    where = MAIN if kind == "a purpose without its text" else file
    words = "{id: request" if kind == "a purpose without its text" else on
    first, newline, _ = words.partition("\n")
    line = files.line(where, first)
    if newline:  # the same words stand twice: the later one is meant
        line = files[where][: files[where].index(words)].count("\n") + 1
    assert (problems[0].file, problems[0].line) == (where, line)


def test_a_missing_topic_is_a_problem(files):
    del files["demo/topics/ocop.vi.md"]
    assert [each.message for each in check(files.bundle())] == ["the topic 'ocop' is missing: write topics/ocop.vi.md"]


def test_a_topic_that_no_file_gives_a_text_is_a_problem(files):
    files["common/topics/barcode.vi.md"] = "---\ntitle: Bài barcode\nkeywords: [barcode]\n---\n"
    assert check(files.bundle()) == []
    del files[TOPIC]
    found = [(each.file, each.message) for each in check(files.bundle())]
    assert found == [("common/topics/barcode.vi.md", WORDLESS)]


def test_every_language_of_the_programme_is_wanted_everywhere(files):
    files.swap(MAIN, "languages: [vi]", "languages: [vi, en]")
    problems = report(check(files.bundle()))
    for wanted in ("'label'", "'title'", "'intro'", "topic 'barcode'", "route 'human'", "text consents.request"):
        assert f"{wanted} is missing in the language 'en'" in problems


def test_a_second_language_makes_a_clean_programme(files):
    files.swap(MAIN, "name: Chương trình mẫu", "name: {vi: Mẫu, en: Demo}")
    assert check(files.bundle()) == []


def test_a_form_may_allow_longer_paths(files):
    files.swap(FORM, "computed:", RUN_OF_QUESTIONS + "computed:").swap(FORM, "consent:", "longest: 17\nconsent:")
    assert check(files.bundle()) == []


def test_the_report_has_one_line_per_problem_in_order(files):
    files.swap(FORM, "optional: true", "optinal: true").swap(MAIN, "topic.barcode", "topic.nowhere")
    lines = report(check(files.bundle())).split("\n")
    assert [line.rpartition(": ")[0].split(":")[:2] for line in lines] == [
        [FORM, str(files.line(FORM, "optinal"))],
        [MAIN, "6"],
        [MAIN, "6"],
    ]


@pytest.mark.parametrize("programme", sorted(found.parent.name for found in CONTENT.glob("*/programme.yaml")))
def test_the_real_content_is_clean(programme):
    assert report(check(read_bundle(CONTENT, programme))) == ""

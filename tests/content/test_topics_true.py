"""The articles of every programme promise nothing, cite only law in force, and fit the phone (facts/programme.md 0.1).

Every amount, every legal text and every host that an article may name stands below, with its source in the same
paragraph; an article that needs another one is checked against the facts first, then listed here.
"""

import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from bot.content import read_bundle
from bot.content.loading import meanings
from bot.content.material import Material, gather

CONTENT = Path(__file__).parents[2] / "content"
PLACES = ("an-giang", "ha-noi")
OTHERS = {  # what no reader of the one province should come upon
    "an-giang": re.compile(r"Hà Nội|Thành phố\b"),
    "ha-noi": re.compile(r"An Giang|Kiên Giang|573|\b(?:của|trong|cho|ngoài) tỉnh(?! khác|, thành)|đặc khu(?!\))"),
}
TOPICS = (
    "programme", "barcode", "traceability", "management_system", "tools", "training", "award", "conditions",
    "funding", "ocop",
)  # fmt: skip
OWN = {  # what a programme has besides
    "an-giang": (),
    "ha-noi": ("model_enterprise", "conformity_assessment", "food_safety_chain", "smart_production"),
}
EACH = [(place, topic) for place in PLACES for topic in (*TOPICS, *OWN[place])]
ROUTES = {
    "form.needs_survey",
    "form.award_self_assessment",
    "form.award_registration",
    "form.training_registration",
    "human",
    *(f"topic.{topic}" for topic in TOPICS),
    *(f"form.support_application.{support}" for support in ("management_system", "tool", "barcode", "traceability")),
    *(f"form.support_application.{support}" for support in OWN["ha-noi"][:2]),
}
HOSTS = {"vnpc.gs1.gov.vn", "verigoods.vn"}
EXPIRED = re.compile(r"\b(132/2008|74/2018|13/2022|43/2017|111/2021|13/2023|86/2024)\b")
IN_FORCE = {
    "573/KH-UBND", "1322/QĐ-TTg", "148/QĐ-TTg", "1489/QĐ-TTg", "37/2026/NĐ-CP", "268/2025/NĐ-CP", "80/2021/NĐ-CP",
    "20/2026/NĐ-CP", "127/2026/NĐ-CP", "35/2021/TT-BTC", "232/2016/TT-BTC", "31/2026/TT-BCT", "36/2026/TT-BKHCN",
}  # fmt: skip
CITATION = re.compile(r"\b\d+/(?:\d{4}/)?(?:NĐ|TT|QĐ|KH|NQ|QH)\w*(?:-\w+)?")
AMOUNT = re.compile(r"\d[\d.,–]*\s?(?:%|(?:nghìn|triệu|tỷ|đồng|đ)\b)")
# A former level may be named only to say that it is gone.
FORMER_LEVEL = re.compile(r"(?<!không còn bước cấp )\b(?:huyện|quận|thị xã|thị trấn)\b", re.IGNORECASE)

FEES = "1.000.000 đ, 500.000 đ, 800.000 đ, 1.500.000 đ, 2.000.000 đ, 300.000 đ, 200.000 đ"
SIZES = "3 tỷ, 50 tỷ, 20 tỷ, 200 tỷ, 100 tỷ, 10 tỷ, 300 tỷ"
ALLOWED = [  # topic, figures, legal source that the paragraph must name, words that keep it from being a promise
    ("barcode", FEES, "Thông tư 232/2016/TT-BTC", "tham khảo"),
    ("barcode", "50%", "Thông tư 232/2016/TT-BTC", "tham khảo"),
    ("conditions", SIZES, "Nghị định 80/2021/NĐ-CP, Điều 5", "siêu nhỏ"),  # sizes of enterprises, not money given
    ("funding", "80%", "Nghị định 37/2026/NĐ-CP (Điều 12)", "tối đa 80%"),
    ("funding", "30%", "Nghị định 37/2026/NĐ-CP (Điều 12)", "tối đa 30%"),
    ("programme", "10–15%", "Quyết định 1322/QĐ-TTg", "không phải lời hứa"),
    ("programme", "50%", "kế hoạch của Thành phố", "không phải lời hứa"),  # growth of the city's own targets
]


class Article(NamedTuple):
    head: dict[str, Any]
    short: str
    longer: str

    @property
    def body(self) -> str:
        return f"{self.short}\n\n{self.longer}"


@cache
def material(place: str) -> Material:
    return gather(read_bundle(CONTENT, place))


def article(place: str, topic: str) -> Article:
    """The article as that programme has it: its own, or the common one."""
    found = material(place)
    head = found.topics[topic]["vi"].model.model_dump()
    return Article(head, found.texts[f"topics.{topic}"]["vi"].source, found.longer[topic]["vi"].source)


def paragraphs(text: str) -> list[str]:
    return text.split("\n\n")


def facts(place: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(CONTENT / place / "programme.yaml")["facts"]
    return loaded


def read(place: str, text: str, blank: str = "đang cập nhật") -> str:
    """The text as people read it while the province has filled in nothing more than what stands in the file."""
    values = {key: fact["value"] or blank for key, fact in facts(place).items()}
    links = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\{\{ facts\.(\w+) \}\}", lambda found: values[found[1]], links)


def amounts(text: str) -> list[str]:
    return AMOUNT.findall(text)


def allowed(topic: str, paragraph: str, amount: str) -> bool:
    return any(
        topic == where and amount in figures.split(", ") and source in paragraph and words in paragraph
        for where, figures, source, words in ALLOWED
    )


def promises(topic: str, text: str) -> list[str]:
    return [
        f"{topic}: {amount} in: {paragraph}"
        for paragraph in paragraphs(text)
        for amount in amounts(paragraph)
        if not allowed(topic, paragraph, amount)
    ]


def hosts(text: str) -> set[str]:
    return set(re.findall(r"https?://([^/)\s]+)", text))


def fold(text: str) -> str:
    marks_off = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return re.sub(r"\W+", " ", re.sub(r"[\u0300-\u036f]", "", marks_off)).strip()


each_topic = pytest.mark.parametrize(("place", "topic"), EACH)
each_place = pytest.mark.parametrize("place", PLACES)


@each_place
def test_the_ten_articles_its_own_and_no_others(place):
    assert set(material(place).topics) == {*TOPICS, *OWN[place]}


@each_place
def test_no_province_reads_of_another_one_s_plan(place):
    texts = {name: by["vi"].source for name, by in material(place).texts.items()}
    assert {name: found[0] for name, text in texts.items() if (found := OTHERS[place].search(text))} == {}


@each_topic
def test_front_matter_is_complete(place, topic):
    head = article(place, topic).head
    assert 0 < len(head["title"]) <= 40
    assert 8 <= len(head["keywords"]) <= 40
    assert 12 <= len(head["questions"]) <= 70  # 60 that all provinces share, and ten of its own
    assert 2 <= len(head["related"]) <= 3
    assert set(head["related"]) <= ROUTES - {f"topic.{topic}"}


@each_place
def test_no_keyword_or_question_leads_to_two_topics(place):
    heads = [article(place, topic).head for topic in (*TOPICS, *OWN[place])]
    words = Counter(fold(line) for head in heads for line in (*head["keywords"], *head["questions"]))
    assert [line for line, count in words.items() if count > 1] == []


@each_topic
def test_no_question_is_a_form_s_example(place, topic):
    forms = [found for found in meanings(material(place)) if found.route.startswith("form.")]
    examples = {fold(line) for form in forms for line in (*form.examples, *form.keywords)}
    assert examples.isdisjoint(fold(line) for line in article(place, topic).head["questions"])


@each_topic
def test_the_short_form_fits_one_screen_and_says_what_to_do_next(place, topic):
    blocks = paragraphs(read(place, article(place, topic).short))
    assert len("\n\n".join(blocks)) <= 600
    assert 2 <= len(blocks) <= 5
    assert blocks[-1].startswith(("Tiếp theo: ", "Việc nên làm trước: "))


@each_topic
def test_the_longer_form_can_be_paged_at_paragraphs(place, topic):
    text = read(place, article(place, topic).longer, blank="đang cập nhật, xin hỏi cán bộ phụ trách")
    assert 1500 <= len(text) <= 5000
    assert [paragraph for paragraph in paragraphs(text) if len(paragraph) > 600] == []


@each_topic
def test_markdown_is_simple(place, topic):
    body = article(place, topic).body
    assert not re.search(r"^\s*(#|\||>|```|---)", body, re.MULTILINE)
    assert not re.search(r"<[a-z/!]", body)
    assert body.count("**") % 2 == 0
    assert body == unicodedata.normalize("NFC", body)


@each_topic
def test_only_facts_of_the_programme_are_asked_for(place, topic):
    asked = re.findall(r"\{\{(.*?)\}\}", article(place, topic).body)
    assert {placeholder.strip() for placeholder in asked} <= {f"facts.{key}" for key in facts(place)}


@each_topic
def test_only_law_in_force_is_cited(place, topic):
    body = article(place, topic).body
    assert EXPIRED.findall(body) == []
    assert set(CITATION.findall(body)) <= IN_FORCE


@each_topic
def test_no_level_that_is_gone(place, topic):
    assert FORMER_LEVEL.findall(article(place, topic).body) == []


@each_topic
def test_no_money_is_promised(place, topic):
    assert promises(topic, article(place, topic).body) == []


@pytest.mark.parametrize(("topic", "figures", "source", "words"), ALLOWED)
def test_every_allowed_figure_is_still_needed(topic, figures, source, words):
    parts = [part for place in PLACES for part in paragraphs(article(place, topic).body) if source in part]
    assert set(figures.split(", ")) <= {amount for part in parts for amount in amounts(part)}


@each_topic
def test_links_lead_to_official_sites_only(place, topic):
    assert hosts(article(place, topic).body) <= HOSTS


@each_topic
def test_words_an_official_would_not_sign(place, topic):
    body = article(place, topic).body.casefold()
    assert "không được hỗ trợ" not in body  # a household business is told who guides it (trap 10)
    assert not re.search(r"(?<!xin đừng )gửi (ảnh|hình)", body)  # no picture of an identity card (trap 8)
    assert not re.search(r"\b(chắc chắn|đảm bảo|cam đoan) (được|sẽ)", body)
    assert not re.search(r"\b(bạn|quý vị|bà con)\b", body)  # one way of address: anh/chị, and đơn vị for the business


def test_the_figures_of_the_closed_period_are_the_former_province_s():
    bodies = [article("an-giang", topic).body for topic in TOPICS]
    parts = [part for body in bodies for part in paragraphs(body) if "25 doanh nghiệp" in part]
    assert len(parts) == 1
    assert "An Giang cũ" in parts[0]


@each_place
def test_the_closed_period_is_called_closed(place):
    assert "**Giai đoạn 2021–2025: đã khép lại**" in article(place, "programme").longer


@each_place
def test_893_is_not_a_sign_of_origin(place):
    barcode = article(place, "barcode")
    for text in (barcode.short, barcode.longer):
        assert re.search(r"893[^.]*không (có nghĩa|chứng minh)[^.]*Việt Nam", text)


@each_place
def test_eligibility_is_only_preliminary(place):
    conditions = article(place, "conditions")
    for text in (conditions.short, conditions.longer, article(place, "award").longer):
        assert "sơ bộ" in text


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị được hỗ trợ 50 triệu đồng.",
        "Hỗ trợ 80% chi phí.",
        "Mức 1,5 tỷ mỗi đơn vị.",
        "Nghị định 37/2026/NĐ-CP (Điều 12): được 80% chi phí.",
        "Phí GCP-10 là 1.000.000 đ.",
    ],
)
def test_a_promise_would_be_found(text):
    assert promises("funding", text)


@pytest.mark.parametrize("text", ["Nghị định 74/2018/NĐ-CP", "NĐ 13/2023", "Thông tư 86/2024/TT-BTC"])
def test_expired_law_would_be_found(text):
    assert EXPIRED.findall(text)


@pytest.mark.parametrize("text", ["Nộp ở huyện.", "Ủy ban nhân dân thị xã", "Huyện Thoại Sơn"])
def test_a_level_that_is_gone_would_be_found(text):
    assert FORMER_LEVEL.findall(text)
    assert not FORMER_LEVEL.findall("Đây là câu chuyện thật; không còn bước cấp huyện.")


def test_an_unknown_law_or_host_would_be_found():
    assert CITATION.findall("Thông tư 02/2024/TT-BKHCN và Quyết định 71/2019/QĐ-UBND") == [
        "02/2024/TT-BKHCN",
        "71/2019/QĐ-UBND",
    ]
    assert hosts("xem [đây](https://example.com/x)") == {"example.com"}

"""The chat page as people use it: on a phone, by keyboard, on a bad network, in two tabs, after a while."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bot.channel import Incoming
from bot.flows.values import Choice, Link, Message, Span, Text
from storage import Full
from storage.letters import Posting
from tests.simulators.web_house import WebHouse, served

pytestmark = pytest.mark.browser
Open = Callable[[str], Page]
GREETING = "trợ lý tự động"


@pytest.fixture
def house(tmp_path: Path) -> WebHouse:
    return WebHouse(tmp_path)


@pytest.fixture
def url(house: WebHouse) -> Iterator[str]:
    with served(house) as url:
        yield url


@pytest.fixture
def page(open_page: Open, url: str) -> Page:
    """The page after its greeting."""
    page = open_page(url)
    expect(live(page).first).to_be_visible()
    return page


def live(page: Page) -> Locator:
    return page.locator(".bot:not(.past) .choices button")


def mine(page: Page) -> Locator:
    return page.locator(".me .text")


def bubbles(page: Page) -> Locator:
    return page.locator(".bot .text")


def say(page: Page, text: str) -> None:
    page.fill("#line", text)
    page.keyboard.press("Enter")


def sent(page: Page, lines: int) -> None:
    """So many lines of the person are heard and confirmed, and none waits."""
    expect(page.locator(".me[data-state=sent]")).to_have_count(lines)
    expect(page.locator("#typing")).to_be_hidden()


def no_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.getElementById('talk').scrollWidth <= document.getElementById('talk').clientWidth")


def heard(house: WebHouse) -> list[tuple[str, object]]:
    return [(one.event.name, one.event.data.get("text", one.event.data.get("value"))) for one in house.heard]


def bot_says(house: WebHouse, *messages: Message) -> None:
    """The next lines are answered with these bubbles, and the engine is not asked."""

    async def hear(incoming: Incoming) -> None:
        house.heard.append(incoming)
        async with house.storage.write() as store:
            person = (await store.people.resolve([incoming.address], house.now()))[incoming.address]
            await store.letters.post([Posting(person.address_id, "web", "reply", one) for one in messages], house.now())

    house.hear = hear  # type: ignore[method-assign]
    object.__setattr__(house.web, "hear", hear)


# ---- a conversation


def test_it_greets_once_and_answers_what_is_said_and_tapped(page: Page, house: WebHouse):
    expect(bubbles(page)).to_have_count(1)
    expect(bubbles(page)).to_contain_text(GREETING)
    live(page).first.click()
    expect(mine(page)).to_have_count(1)
    expect(page.locator(".me.last .state")).to_have_text("Đã gửi")
    say(page, "mã vạch là gì")
    sent(page, 2)
    assert [name for name, _ in heard(house)] == ["started", "tapped", "said"]
    no_sideways(page)


def test_loading_the_page_again_shows_the_same_conversation_in_the_same_order(page: Page):
    say(page, "mã vạch là gì")
    expect(page.locator(".me.last .state")).to_have_text("Đã gửi")
    say(page, "truy xuất nguồn gốc")
    expect(bubbles(page)).to_have_count(3)
    before = page.locator("#log").inner_text()
    page.reload()
    expect(bubbles(page)).to_have_count(3)
    assert page.locator("#log").inner_text() == before


def test_a_double_tap_is_one_tap_and_an_old_button_still_works(page: Page, house: WebHouse):
    old = page.locator(".choices button").first
    old.dblclick()
    expect(mine(page)).to_have_count(1)
    expect(page.locator(".bot.past")).to_have_count(1)
    sent(page, 1)
    page.wait_for_timeout(600)  # else it is the third tap of the same hasty thumb
    old.click()
    sent(page, 2)
    assert [name for name, _ in heard(house)] == ["started", "tapped", "tapped"]


def test_several_choices_are_ticked_and_sent_together(page: Page, house: WebHouse):
    options = [Choice(f"3.needs.{name}", label) for name, label in (("a", "Một"), ("b", "Hai"), ("c", "Ba"))]
    controls = [Choice("3.needs.!done", "Xong", control=True), Choice("3.needs.!back", "Quay lại", control=True)]
    bot_says(house, Message(Text("Chọn những mục nào?"), (*options, *controls), many=True))
    say(page, "x")
    page.get_by_role("button", name="Xong").click()
    expect(page.get_by_text("ít nhất một mục")).to_be_visible()
    page.get_by_label("Một").check()
    page.get_by_label("Ba").check()
    page.get_by_role("button", name="Xong").click()
    expect(mine(page).last).to_have_text("Một, Ba")
    sent(page, 2)
    assert heard(house)[-1] == ("tapped", "3.needs.=a,c")
    expect(page.get_by_role("button", name="Quay lại").first).to_be_visible()


def test_styles_and_links_are_shown_and_markup_is_only_text(page: Page, house: WebHouse):
    words = "🌾🌾 đậm và <b>thô</b> <img src=x onerror=alert(1)> tại đây"
    at = words.index("tại đây")
    text = Text(
        words,
        (Span(3, 3, "bold"), Span(7, 2, "italic"), Span(at, 3, "bold")),
        (Link(at, 7, "https://example.vn/a?b=1"), Link(0, 2, "javascript:alert(1)")),
    )
    bot_says(house, Message(text))
    say(page, "<script>alert(1)</script> **x**")
    bubble = bubbles(page).last
    expect(bubble).to_have_text(words)
    expect(bubble.locator("strong").first).to_have_text("đậm")
    expect(bubble.locator("em")).to_have_text("và")
    assert bubble.locator("a").count() == 1
    link = bubble.get_by_role("link", name="tại đây")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(mine(page).last).to_have_text("<script>alert(1)</script> **x**")
    assert page.locator("#log img, #log script, #log b").count() == 0


def test_a_very_long_word_and_right_to_left_signs_stay_in_their_bubble(page: Page, house: WebHouse):
    bot_says(house, Message(Text("x" * 3000 + "\u202e ngược"), (Choice("go.menu", "y" * 120),)))
    say(page, "ư" * 5000)
    expect(bubbles(page)).to_have_count(2)
    no_sideways(page)


# ---- by keyboard and by ear


def test_it_can_be_used_by_keyboard_alone(page: Page, house: WebHouse):
    page.locator("#line").focus()
    page.keyboard.type("một")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("hai")
    page.keyboard.press("Enter")
    expect(mine(page).last).to_have_text("một\nhai")
    sent(page, 1)
    live(page).last.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(mine(page)).to_have_count(2)
    expect(page.locator(".bot:not(.past) .choices :focus, #line:focus")).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_an_enter_that_ends_a_vietnamese_word_in_the_making_sends_nothing(page: Page):
    page.fill("#line", "tiê")
    page.evaluate(
        "document.getElementById('line').dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    expect(page.locator("#line")).to_have_value("tiê")
    expect(mine(page)).to_have_count(0)


def test_screen_readers_hear_new_bubbles_and_find_names_on_everything(page: Page):
    log = page.get_by_role("log", name="Nội dung trò chuyện")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log.locator(".aside").first).to_have_text("Trợ lý:")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, textarea, summary, a')].filter((one) =>
        !(one.ariaLabel || one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length)).length"""
    )
    assert nameless == 0
    for name in ("Gửi", "Nhập tin nhắn"):
        expect(page.get_by_label(name, exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_lies_below_them(page: Page, scheme: str):
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    live(page).first.click()
    expect(page.locator(".past")).to_have_count(1)
    faint = page.evaluate(CONTRASTS)
    assert faint == []


CONTRASTS = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const below = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
  };
  const leaves = [...document.querySelectorAll('.text, .time, .choices button, .who h1, .who p, .fine, .state')];
  return leaves.filter((node) => node.offsetParent && node.textContent.trim()).map((node) => {
    const [a, b] = [light(numbers(getComputedStyle(node).color)), light(below(node))].sort((x, y) => y - x);
    return [node.className, node.textContent.slice(0, 20), Math.round((a + 0.05) / (b + 0.05) * 10) / 10];
  }).filter(([, , ratio]) => ratio < 4.5);
}"""


@pytest.mark.parametrize(("width", "size"), [(320, "100%"), (360, "100%"), (360, "200%"), (1280, "100%")])
def test_it_fits_every_screen_and_large_print(page: Page, width: int, size: str):
    page.set_viewport_size({"width": width, "height": 640})
    page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
    live(page).first.click()
    expect(bubbles(page)).to_have_count(2)
    no_sideways(page)
    for control in ("#line", "#send", "#menu summary"):
        box = page.locator(control).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 44
    assert page.locator("#talk").evaluate("node => node.clientHeight") > 150


# ---- poor networks and full disks


def test_what_was_typed_offline_is_kept_and_sent_in_order(page: Page, context: BrowserContext, house: WebHouse):
    context.set_offline(True)
    say(page, "dòng một")
    say(page, "dòng hai")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.get_by_text("Chưa gửi, sẽ tự gửi lại")).to_be_visible()
    context.set_offline(False)
    expect(page.locator(".me[data-state=sent]")).to_have_count(2)
    expect(page.locator("#offline")).to_be_hidden()
    assert [what for _, what in heard(house)[1:]] == ["dòng một", "dòng hai"]


def test_lines_and_drafts_outlive_the_page(page: Page, url: str, house: WebHouse):
    house.trouble = Full("made up")
    say(page, "chưa gửi được")
    expect(page.locator("#problem")).to_contain_text("vẫn được giữ")
    page.fill("#line", "đang viết dở")
    page.reload()
    expect(mine(page)).to_have_text(["chưa gửi được"])
    expect(page.locator("#line")).to_have_value("đang viết dở")
    house.trouble = None
    expect(page.locator(".me[data-state=sent]")).to_have_count(1, timeout=15_000)
    expect(page.locator("#problem")).to_be_hidden()
    assert heard(house)[1:] == [("said", "chưa gửi được")]


def test_an_answer_lost_on_the_way_back_is_not_heard_twice(page: Page, house: WebHouse):
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/chat/say", lose, times=1)
    say(page, "chỉ một lần")
    expect(page.locator(".me[data-state=sent]")).to_have_count(1, timeout=15_000)
    expect(bubbles(page)).to_have_count(2)
    assert lost == [204]
    assert page.evaluate("fetch('/chat/messages?after=0').then((r) => r.json()).then((b) => b.messages.length)") == 2


def test_a_line_that_can_never_go_says_so_and_holds_up_no_other(page: Page, house: WebHouse):
    page.fill("#line", "x" * 600_000)
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("quá dài")
    expect(page.locator(".me[data-state=failed]")).to_have_count(1)
    say(page, "ngắn thôi")
    expect(page.locator(".me[data-state=sent]")).to_have_count(1)


def test_what_somebody_else_sends_appears_by_itself(page: Page, house: WebHouse):
    address = house.heard[0].address

    async def announce() -> None:
        async with house.storage.write() as store:
            person = (await store.people.find([address]))[address]
            message = Message(Text("Lớp tập huấn mở đăng ký."))
            await store.letters.post([Posting(person.address_id, "web", "announcement", message)], house.now())
        house.posted([address])

    house.run(announce())
    expect(bubbles(page).last).to_have_text("Lớp tập huấn mở đăng ký.")
    expect(live(page).first).to_be_visible()


# ---- files


def test_a_file_goes_up_and_the_bot_answers(page: Page, house: WebHouse):
    house.takes_files = True
    expect(page.locator("#attach")).to_be_hidden()
    bot_says(house, Message(Text("Anh/chị gửi tệp."), wants="file"))
    say(page, "x")
    expect(page.locator("#attach")).to_be_visible()
    with page.expect_file_chooser() as choosing:
        page.click("#attach")
    choosing.value.set_files(
        {"name": "kế hoạch.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 " + b"x" * 500_000 + b"%%EOF"}
    )
    expect(mine(page).last).to_have_text("Tệp: kế hoạch.pdf")
    expect(page.locator(".me.last .state")).to_have_text("Đã gửi")
    assert house.heard[-1].event.name == "file_ready"
    assert house.heard[-1].event.data["name"] == "kế hoạch.pdf"


def test_a_file_of_the_wrong_kind_is_answered_by_the_bot_and_a_huge_one_at_once(page: Page, house: WebHouse):
    house.takes_files = True
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"MZ"})
    sent(page, 1)
    assert house.heard[-1].event.data["reason"] == "wrong_kind"
    huge = {"name": "b.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7" + b"x" * 20_000_000}
    page.set_input_files("#file", huge)  # type: ignore[arg-type]
    expect(page.locator("#problem")).to_contain_text("20 MB")
    assert len(house.heard) == 2


def test_a_file_that_nobody_asked_for_is_not_sent_and_the_page_says_why(page: Page, house: WebHouse):
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 %%EOF"})
    expect(page.locator("#problem")).to_contain_text("không có câu hỏi nào cần tệp")
    expect(page.locator(".me[data-state=failed]")).to_have_count(1)
    assert [one.event.name for one in house.heard] == ["started"]


# ---- two tabs, the end, and half an hour


def test_two_tabs_show_one_conversation(page: Page, open_page: Open, url: str, house: WebHouse):
    other = open_page(url)
    expect(bubbles(other)).to_have_count(1)
    say(page, "từ tab một")
    expect(mine(other)).to_have_text(["từ tab một"])
    expect(bubbles(page)).to_have_count(2)
    say(other, "từ tab hai")
    expect(mine(page)).to_have_text(["từ tab một", "từ tab hai"])
    expect(bubbles(other)).to_have_count(3)
    sent(page, 2)
    assert [what for _, what in heard(house)[1:]] == ["từ tab một", "từ tab hai"]


def test_the_end_on_this_device_is_asked_first_and_leaves_nothing(page: Page, context: BrowserContext, house: WebHouse):
    say(page, "chuyện riêng của tôi")
    expect(bubbles(page)).to_have_count(2)
    cookie = context.cookies()[0]["value"]
    page.click("#menu summary")
    page.click("#end")
    page.get_by_role("button", name="Không, quay lại").click()
    expect(mine(page)).to_have_count(1)
    page.click("#menu summary")
    page.click("#end")
    page.get_by_role("button", name="Kết thúc", exact=True).click()
    expect(mine(page)).to_have_count(0)
    expect(bubbles(page)).to_have_count(1)
    assert context.cookies()[0]["value"] != cookie
    assert "chuyện riêng" not in page.evaluate("JSON.stringify(localStorage)")
    assert house.heard[-1].address != house.heard[0].address


def test_after_half_an_hour_old_bubbles_are_gone_until_a_new_start(page: Page, house: WebHouse):
    say(page, "chuyện riêng của tôi")
    expect(bubbles(page)).to_have_count(2)
    page.fill("#line", "đang viết dở")
    house.pass_(minutes=31)
    say(page, "quay lại rồi đây")
    expect(page.locator("#hidden")).to_be_visible()
    expect(page.locator("#log")).to_be_empty()
    assert "chuyện riêng" not in page.evaluate("JSON.stringify(localStorage)")
    page.get_by_role("button", name="Bắt đầu lại").click()
    expect(bubbles(page)).to_have_count(1)
    expect(page.locator("#hidden")).to_be_hidden()
    expect(page.locator("#line")).to_have_value("quay lại rồi đây")
    page.reload()
    expect(bubbles(page)).to_have_count(1)


def test_somebody_else_after_half_an_hour_is_somebody_else(page: Page, house: WebHouse):
    house.pass_(minutes=31)
    page.reload()
    page.get_by_role("button", name="Tôi là người khác").click()
    expect(bubbles(page)).to_have_count(1)
    assert house.heard[-1].address != house.heard[0].address


def test_the_language_is_changed_from_the_menu(page: Page) -> None:
    page.click("#menu summary")
    page.click("#language")
    expect(live(page).get_by_text("English")).to_be_visible()
    live(page).get_by_text("English").click()
    expect(bubbles(page).get_by_text("From now on I will use English.")).to_be_visible()
    page.reload()
    expect(page.locator("#line")).to_have_attribute("placeholder", "Type a message")
    with page.expect_request("**/chat/say") as saying:
        page.fill("#line", "hello")
        page.keyboard.press("Enter")
    assert saying.value.header_value("accept-language") == "en", "what goes wrong is said in the page's language"

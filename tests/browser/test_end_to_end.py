"""The whole house as strangers meet it: the real process, a phone-sized browser, an export, an announcement."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What a business owner says to each question; everything else is tapped by its first button.
ANSWERS = {
    "bao nhiêu người làm việc": "khoảng 20 người",
    "vướng nhất điều gì": "chưa đủ tiền, <b>thiếu</b> người",
    "Tên đơn vị là gì": "Cơ sở thử nghiệm Đường Thốt Nốt",
    "Mã số thuế": "bỏ qua",
    "xã, phường": "long xuyên",
    "họ tên": "Người Thử Nghiệm, chủ cơ sở",
    "điện thoại": "0912 345 678",
}


@pytest.fixture
def house(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"NHIPCAU_DATA_DIR": str(tmp_path / "data"), "NHIPCAU_PORT": str(port), "NHIPCAU_FLOOD": "0"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NHIPCAU_")} | settings
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stdout=log, stderr=log)
        try:
            _await_ready(f"http://127.0.0.1:{port}/readyz", process)
            yield f"http://127.0.0.1:{port}", environment, tmp_path
        finally:
            process.terminate()
            process.wait(20)


def _await_ready(url, process):
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not get ready")


class Phone:
    """Someone with the web chat open on a small screen."""

    def __init__(self, browser, url):
        self.page = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN").new_page()
        self.page.goto(url)
        self.await_bubbles(1)

    def bubbles(self):
        return self.page.locator("#log .bubble.bot .text").all_inner_texts()

    def await_bubbles(self, number):
        """The page forbids eval, so it is the test that looks again and again."""
        self.page.locator("#log .bubble.bot").nth(number - 1).wait_for(timeout=15_000)

    def await_text(self, words):
        self.page.locator("#log .bubble.bot", has_text=words).first.wait_for(timeout=15_000)

    def say(self, line):
        count = len(self.bubbles())
        self.page.fill("textarea", line)
        self.page.keyboard.press("Enter")
        self.await_bubbles(count + 1)
        self.page.wait_for_timeout(150)  # all bubbles of a turn come in one answer, drawn one by one

    def tap(self, label):
        count = len(self.bubbles())
        self.page.locator("#log .bot:not(.past) .choices").get_by_text(label, exact=True).last.click()
        self.await_bubbles(count + 1)
        self.page.wait_for_timeout(150)

    def tick(self, *labels):
        count = len(self.bubbles())
        live = self.page.locator("#log .bot:not(.past) .choices")
        for label in labels:
            live.get_by_text(label, exact=True).last.click()
        live.get_by_role("button", name="Xong").click()
        self.await_bubbles(count + 1)
        self.page.wait_for_timeout(150)


def nhipcau(environment, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def answer_all(phone):
    """Goes on until the summary is shown; how many questions that took."""
    for asked in range(1, 30):
        last = phone.bubbles()[-1]
        if "xem lại" in last:
            return asked
        said = next((line for words, line in ANSWERS.items() if words.lower() in last.lower()), None)
        if said:
            phone.say(said)
        elif "Chọn được nhiều mục" in last:
            phone.tick("Mã số, mã vạch", "Truy xuất nguồn gốc") if "12 tháng" in last else phone.tick("Sổ tay, giấy")
        else:
            phone.page.locator("#log .bot:not(.past) .choices button").first.click()
            phone.page.wait_for_timeout(600)
    raise AssertionError(f"no summary after 30 answers; last asked: {phone.bubbles()[-1]}")


def test_survey_export_and_announcement(house, browser):
    url, environment, folder = house
    owner = Phone(browser, url)
    owner.say("ma vach la gi")
    assert "siêu thị" in owner.bubbles()[-1]
    owner.say("lam khao sat")
    owner.tap("Đồng ý")
    asked = answer_all(owner)
    assert asked <= 16
    owner.tap("Gửi phiếu")
    owner.tap("Đồng ý")  # announcements
    owner.tap("Không đồng ý")  # sharing

    # staff
    nhipcau(environment, "export", "needs_survey", "--format", "csv", "--out", str(folder / "out.csv"))
    exported = (folder / "out.csv").read_bytes()
    assert exported.startswith(b"\xef\xbb\xbf")
    text = exported.decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    for words in ("Cơ sở thử nghiệm Đường Thốt Nốt", "chưa đủ tiền, <b>thiếu</b> người", "Phường Long Xuyên", "0912"):
        assert words in text

    # an official
    link = nhipcau(environment, "invite", "official", "--name", "Cán bộ thử nghiệm").strip().splitlines()[-1]
    desk = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    desk.goto(link)
    desk.get_by_role("button", name="Đăng nhập").click()
    desk.get_by_role("button", name="Lấy mã gắn khung chat").click()
    code = re.search(r"/canbo \S+", desk.inner_text("main"))
    assert code
    official = Phone(browser, url)
    official.say(code[0])
    assert "Cán bộ thử nghiệm" in official.bubbles()[-1]
    official.say("/thongbao")
    official.say("Mời dự lớp 5S thử nghiệm, 8 giờ thứ Sáu.")
    assert "1 người" in official.bubbles()[-1].replace("\xa0", " ")
    official.tap("Gửi tới 1 người")

    owner.await_text("Mời dự lớp 5S thử nghiệm")
    desk.goto(f"{url}/console/submissions?form=needs_survey")
    assert "needs_survey" not in desk.inner_text("h1")
    assert desk.locator("table tbody tr").count() == 1


def test_what_one_person_said_is_not_shown_to_another(house, browser):
    url, _, _ = house
    one, other = Phone(browser, url), Phone(browser, url)
    one.say("khao sat")
    assert len(other.bubbles()) == 1


@pytest.mark.parametrize("asked_for", ["khao sat", "dang ky ho tro"])
def test_the_first_question_stands_on_the_screen_with_its_options(house, browser, asked_for):
    """Agreeing, the intro and the question come at once: the question and its last button are seen without scrolling."""
    phone = Phone(browser, house[0])
    phone.say(asked_for)
    phone.tap("Đồng ý")
    phone.await_text("Câu 1/")
    phone.page.wait_for_timeout(300)
    room = phone.page.locator("#talk").bounding_box()
    question = phone.page.locator("#log .bot:not(.past)", has_text="Câu 1/").last.bounding_box()
    assert question["y"] >= room["y"]
    assert question["y"] + question["height"] <= room["y"] + room["height"]
    assert phone.page.locator("#log .bot:not(.past) .text", has_text="lúc nào cũng được").last.is_visible()

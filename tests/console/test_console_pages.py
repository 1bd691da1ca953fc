"""What officials see: what waits, what was answered in the form's own words, and nobody's markup."""

import csv
import io
import re
from html import unescape

import pytest

from bot.channel import Address
from bot.flows.values import Json
from bot.office import officials
from tests.simulators.desk import ANSWERS, FORM, Desk, csrf

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"
SURVEY = "an-giang/forms/needs_survey.yaml"


def words(html: str) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def seen(client, path: str) -> str:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return words(response.text)


async def test_the_overview_counts_what_waits(desk: Desk):
    await desk.answered(ANSWERS)
    await desk.answered(ANSWERS)
    await desk.answered({"sector": "rice"}, "in_progress")
    await desk.person("near", agreed=True)
    await desk.person("far", "telegram", agreed=True)
    await desk.announced("Mở lớp tập huấn 5S.")
    async with desk.visitor("staff", "Nhân viên A") as client:
        page = await seen(client, "/console")
    assert "Chào Nhân viên A." in page
    assert "Khảo sát nhu cầu năng suất, chất lượng 2 1 0" in page
    assert "Mở lớp tập huấn 5S. (không rõ) 2 Đã gửi 1 Đang chờ 1" in page


async def test_an_empty_house_says_what_will_stand_there(desk: Desk):
    async with desk.visitor("admin") as client:
        assert "Chưa có thông báo nào" in await seen(client, "/console")
        assert "Không có phiếu nào" in await seen(client, "/console/submissions")
        assert "Tải tệp" not in await seen(client, "/console/submissions")
        assert "Chưa có thông báo nào" in await seen(client, "/console/broadcasts")
        assert "Không có tin nào" in await seen(client, "/console/aside")


async def test_the_list_shows_one_state_the_newest_first(desk: Desk):
    await desk.answered(ANSWERS | {"unit_name": "Cơ sở một"})
    await desk.answered(ANSWERS | {"unit_name": "Cơ sở hai"})
    await desk.answered({"sector": "rice"}, "in_progress")
    async with desk.visitor("staff") as client:
        sent = await seen(client, "/console/submissions")
        begun = await seen(client, f"/console/submissions?form={FORM}&state=in_progress")
        left = await seen(client, f"/console/submissions?form={FORM}&state=abandoned")
    assert "2 Cơ sở hai Phường Long Xuyên Chat trên web 09:00 02/03/2026 1 Cơ sở một" in sent
    assert "3 (chưa có tên) – Chat trên web" in begun
    assert "Cơ sở" not in begun
    assert "Không có phiếu nào ở trạng thái này." in left


async def test_the_list_is_paged_by_number(desk: Desk):
    person = await desk.person("many")
    for _ in range(51):
        await desk.answered({"sector": "rice"}, person=person)
    async with desk.visitor("staff") as client:
        first = (await client.get("/console/submissions")).text
        older = re.search(r'href="(\?[^"]+after=\d+)"', first)
        assert older
        second = (await client.get("/console/submissions" + unescape(older[1]))).text
    numbers = [[int(n) for n in re.findall(r'href="/console/submissions/(\d+)"', page)] for page in (first, second)]
    assert numbers == [list(range(51, 1, -1)), [1]]
    assert 'rel="next"' not in second
    assert "Về đầu danh sách" in second


async def test_a_submission_shows_every_answer_in_words(desk: Desk):
    number = await desk.answered(ANSWERS)
    async with desk.visitor("staff") as client:
        page = await seen(client, f"/console/submissions/{number}")
    for said in (
        "Phiếu số 1",
        "Trạng thái Đã gửi",
        "Gửi lúc 09:00 02/03/2026",
        "Lĩnh vực chính Lúa gạo, lương thực",
        "Số lao động 25 người",
        "Số mặt hàng cần mã (bỏ qua)",
        "Mã số, mã vạch; Đào tạo, tập huấn",
        "Nội dung khác: Bán hàng trên mạng",
        "Điện thoại 0912 345 678",
    ):
        assert said in page
    assert "Chia sẻ với đơn vị tư vấn Chưa hỏi" in page
    assert "089•••••1234" in page
    assert "089000001234" not in page
    assert "Hệ thống cần áp dụng" not in page, "it was not asked"


async def test_a_submission_says_what_its_person_agrees_to_now(desk: Desk):
    person = await desk.person("lan", agreed=True)
    number = await desk.answered(ANSWERS, person=person)
    async with desk.visitor("staff") as client:
        assert "Nhận tin của chương trình Đồng ý" in await seen(client, f"/console/submissions/{number}")
        await desk.person("lan", agreed=False)
        assert "Nhận tin của chương trình Không đồng ý" in await seen(client, f"/console/submissions/{number}")


async def test_an_application_shows_how_it_stands_to_the_conditions(desk: Desk):
    answers: dict[str, Json] = {"group": "cooperative", "commune": {"code": "", "name": "Thành phố Cần Thơ"}}
    number = await desk.answered(answers, form="support_application")
    async with desk.visitor("staff") as client:
        page = await seen(client, f"/console/submissions/{number}")
    plan = "(Kế hoạch 573/KH-UBND ngày 28/9/2021 của UBND tỉnh An Giang)"
    assert f"Có địa chỉ hoạt động trên địa bàn tỉnh An Giang {plan} Chưa đủ" in page
    assert f"Thuộc diện được ưu tiên xem xét {plan} Đủ" in page
    assert f"Hoạt động đúng ngành nghề đã đăng ký {plan} Chưa rõ" in page


async def test_a_submission_stands_in_the_words_of_its_own_release(desk: Desk):
    number = await desk.answered({"sector": "rice", "start": "next_year"})
    await desk.publish({SURVEY: ("  - id: start\n", "  - id: beginning\n")})
    async with desk.visitor("staff") as client:
        assert "Thời gian muốn bắt đầu Sang năm" in await seen(client, f"/console/submissions/{number}")


async def test_a_release_that_is_gone_hides_answers_and_breaks_nothing(desk: Desk):
    number = await desk.answered(ANSWERS)
    async with desk.storage.write() as store:
        await store.connection.exec_driver_sql("DELETE FROM releases")
    async with desk.visitor("staff") as client:
        assert "Không còn bản nội dung" in await seen(client, f"/console/submissions/{number}")
        assert "(chưa có tên)" in await seen(client, "/console/submissions")


async def test_what_people_type_never_becomes_markup(desk: Desk):
    person = await desk.person("evil", agreed=True)
    async with desk.storage.write() as store:
        await store.receipts.set_aside((Address("web", "", "evil"), "r"), {"text": EVIL}, "ValueError", desk.at)
    number = await desk.answered({"unit_name": EVIL, "sector": "other", "sector.other": EVIL}, person=person)
    await desk.announced(EVIL)
    paths = ("", "/submissions", f"/submissions/{number}", "/broadcasts", "/officials", "/aside/1")
    async with desk.visitor("admin", EVIL) as client:
        pages = {path: (await client.get(f"/console{path}")).text for path in paths}
        made = await client.post(
            "/console/officials/invite", data={"csrf": await csrf(client), "name": EVIL, "role": "staff"}
        )
    for page in [*pages.values(), made.text]:
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page


async def test_what_utf8_cannot_hold_stops_no_page(desk: Desk):
    number = await desk.answered({"unit_name": "A\ud800B \u202egnp.exe", "sector": "rice"})
    async with desk.visitor("staff") as client:
        assert "A?B" in await seen(client, "/console/submissions")
        assert "A?B" in await seen(client, f"/console/submissions/{number}")


@pytest.mark.parametrize(
    "path",
    [
        "/console/submissions/4711",
        "/console/submissions/x",
        "/console/submissions/²",
        "/console/submissions/99999999999999999999",
        "/console/submissions?form=nothing",
        "/console/aside/4711",
    ],
)
async def test_what_is_not_there_is_a_page_too(desk: Desk, path: str):
    async with desk.visitor("admin") as client:
        response = await client.get(path)
    assert response.status_code == 404
    assert "Không tìm thấy" in response.text


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=99999999999999999999999", "state=nonsense", "form="])
async def test_a_query_that_makes_no_sense_shows_the_list(desk: Desk, query: str):
    await desk.answered(ANSWERS)
    async with desk.visitor("staff") as client:
        assert "Cơ sở khô cá Ví Dụ" in await seen(client, f"/console/submissions?{query}")


async def test_the_chat_code_on_the_page_binds_a_chat(desk: Desk):
    person = await desk.person("lan")
    async with desk.visitor("official", "Cán bộ A") as client:
        page = await client.post("/console/chat-code", data={"csrf": await csrf(client)})
    shown = re.search(r"/canbo ([\w-]{9})", page.text)
    assert shown
    async with desk.storage.write() as store:
        official = await officials.bind(store, person, shown[1], desk.at)
    assert official is not None
    assert official.name == "Cán bộ A"


async def test_the_file_comes_from_a_child_and_leaves_nothing_behind(desk: Desk):
    await desk.answered(ANSWERS)
    before = sorted(path.name for path in desk.data_dir.iterdir())
    async with desk.visitor("staff") as client:
        response = await client.post("/console/export", data={"csrf": await csrf(client), "form": FORM})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/csv")
    assert response.headers["content-disposition"] == 'attachment; filename="needs_survey-2026-03-02-0900.csv"'
    assert response.headers["cache-control"] == "no-store"
    (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert row["Tên đơn vị"] == "Cơ sở khô cá Ví Dụ"
    assert sorted(path.name for path in desk.data_dir.iterdir()) == before


@pytest.mark.parametrize("form", ["", "nothing", "../../etc/passwd", 'x"; filename="y'])
async def test_only_forms_that_exist_are_exported(desk: Desk, form: str):
    async with desk.visitor("staff") as client:
        response = await client.post("/console/export", data={"csrf": await csrf(client), "form": form})
    assert response.status_code == 404


async def test_an_export_that_fails_says_so(desk: Desk):
    await desk.answered(ANSWERS)
    async with desk.storage.write() as store:
        await store.connection.exec_driver_sql("DELETE FROM releases")
    async with desk.visitor("staff") as client:
        response = await client.post("/console/export", data={"csrf": await csrf(client), "form": FORM})
    assert response.status_code == 500
    assert "Chưa xuất được tệp" in response.text
    assert "LookupError" in response.text


async def test_the_list_of_what_was_set_aside_holds_nothing_personal(desk: Desk):
    key = (Address("telegram", "", "4711"), "r")
    async with desk.storage.write() as store:
        await store.receipts.set_aside(key, {"text": "Số của tôi là 0912 345 678"}, "KeyError", desk.at)
    async with desk.visitor("admin") as client:
        listed, one = await seen(client, "/console/aside"), await seen(client, "/console/aside/1")
        assert "cần người quản trị xem" in await seen(client, "/console")
    assert "1 09:00 02/03/2026 Telegram KeyError" in listed
    assert "0912" not in listed
    assert "4711" not in listed
    assert "Số của tôi là 0912 345 678" in one
    async with desk.storage.read() as store:
        assert (await store.officials.recent(1))[0].action == "read_set_aside"


async def test_an_administrator_invites_and_disables(desk: Desk):
    async with desk.visitor("admin", "Quản trị") as client, desk.client() as other:
        token = await csrf(client)
        made = await client.post(
            "/console/officials/invite", data={"csrf": token, "name": "Nhân viên A", "role": "staff"}
        )
        link = re.search(r'value="(http://console\.test/console/sign-in/[\w-]+)"', made.text)
        assert link
        await other.post("/console/sign-in", data={"token": link[1].rpartition("/")[2]})
        assert "Nhân viên A" in await seen(other, "/console")
        again = await client.post("/console/officials/2/link", data={"csrf": token})
        assert "Nhân viên A" in again.text
        done = await client.post("/console/officials/2/disable", data={"csrf": token})
        assert done.headers["location"] == "/console/officials"
        assert (await other.get("/console")).status_code == 303
        assert "Đã khóa" in await seen(client, "/console/officials")
        assert (await client.post("/console/officials/2/link", data={"csrf": token})).status_code == 404
        assert (await client.post("/console/officials/1/disable", data={"csrf": token})).status_code == 404
        await client.post("/console/officials/2/enable", data={"csrf": token})
        assert (await other.get("/console")).status_code == 303, "what was closed stays closed"
        assert (await client.post("/console/officials/2/link", data={"csrf": token})).status_code == 200
        assert (await client.post("/console/officials/2/enable", data={"csrf": token})).status_code == 404


@pytest.mark.parametrize(("name", "role"), [("", "staff"), ("  ", "staff"), ("A" * 101, "staff"), ("A", "owner")])
async def test_an_invitation_that_makes_no_sense_says_so(desk: Desk, name: str, role: str):
    async with desk.visitor("admin") as client:
        data = {"csrf": await csrf(client), "name": name, "role": role}
        response = await client.post("/console/officials/invite", data=data)
    assert response.status_code == 422
    assert "Họ tên cần có chữ" in response.text
    async with desk.storage.read() as store:
        assert len(await store.officials.all()) == 1

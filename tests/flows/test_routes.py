"""What each line is understood as, wherever it is said (DESIGN 6): a table of where somebody is, what they say, and the
route, through the real conversation on a real store."""

import pytest
import pytest_asyncio

from tests.replay import opened

SURVEY = ["khảo sát", "đồng ý"]
SHORT = [*SURVEY, "gạo", "10", "8", "1", "1", "4"]  # the shortest way, up to the unit's name
SUMMARY = [*SHORT, "Cơ sở Ví Dụ", "phường long xuyên"]
PLACES = {
    "nowhere": [],
    "menu": ["/start"],
    "consent": ["khảo sát"],
    "choice": SURVEY,
    "number": [*SURVEY, "gạo"],
    "several": [*SURVEY, "gạo", "10"],
    "optional choice": [*SURVEY, "gạo", "10", "8"],
    "name": SHORT,
    "commune": [*SHORT, "Cơ sở Ví Dụ"],
    "candidates": [*SHORT, "Cơ sở Ví Dụ", "vinh hoa"],
    "summary": SUMMARY,
    "change": [*SUMMARY, "sửa"],
    "other": [*SURVEY, "khác"],
    "cancel": [*SURVEY, "hủy"],
    "stop?": [*SURVEY, "dung"],
    "paused": [*SURVEY, "gạo", "tạm dừng"],
    "unfinished": [*SURVEY, "gạo", "tạm dừng", "khảo sát"],
    "announcements": ["nhận tin"],
    "delete?": ["xóa dữ liệu của tôi"],
    "delete? amid": [*SURVEY, "gạo", "xóa dữ liệu của tôi"],
    "move": ["chuyển kênh"],
}
ANYWHERE = [
    ("/start", "menu"), ("gặp cán bộ", "human"), ("hồ sơ của tôi đến đâu rồi", "status"), ("dữ liệu của tôi", "my_data"),
    ("xóa dữ liệu của tôi", "delete_data"), ("góp ý", "feedback"), ("chuyển kênh", "continue"), ("đổi ngôn ngữ", "language"),
    ("mã vạch là gì", "topic.barcode"), ("menu", "menu"),
]  # fmt: skip
ROUTES = [
    *[(place, line, route) for place in PLACES for line, route in ANYWHERE],
    # nowhere, and at the menu
    ("nowhere", "xin chào", "menu"), ("nowhere", "cảm ơn", "menu"), ("nowhere", "ok", "menu"), ("nowhere", "khao sat", "form.needs_survey"),
    ("nowhere", "5s la gi", "topic.tools"), ("nowhere", "truy xuất nguồn gốc", "topic.traceability"), ("nowhere", "kinh phí", "topic.funding"),
    ("nowhere", "đăng ký hỗ trợ", "form.support_application"), ("nowhere", "đăng ký lớp tập huấn", "form.training_registration"),
    ("nowhere", "tự đánh giá", "form.award_self_assessment"), ("nowhere", "asdfgh", "unknown"), ("nowhere", "", "unknown"),
    ("nowhere", "/khongco", "unknown"), ("nowhere", "/thongbao Xin chào", "unknown"), ("nowhere", "/canbo ABCD2345", "unknown"),
    ("nowhere", "làm tiếp", "resume"), ("nowhere", "hủy", "cancel"), ("nowhere", "quay lại", "back"), ("nowhere", "bỏ qua", "skip"),
    ("nowhere", "tạm dừng", "pause"), ("nowhere", "gửi", "submit"), ("nowhere", "sửa", "change"), ("nowhere", "nhận tin", "optin"),
    ("nowhere", "dừng nhận tin", "optout"), ("nowhere", "stop", "optout"), ("nowhere", "dung", "optout"), ("nowhere", "xoa", "delete_data"),
    ("nowhere", "thoi", "cancel"), ("nowhere", "(nhãn dán)", "unknown"), ("nowhere", "(tệp a.pdf)", "unknown"), ("nowhere", "(nút rác)", "again"),
    ("menu", "1", "topic.programme"), ("menu", "2", "form.needs_survey"), ("menu", "Gặp cán bộ", "human"), ("menu", "5", "menu"), ("menu", "9", "unknown"),
    # a consent
    ("consent", "đồng ý", "consent"), ("consent", "không đồng ý", "consent"), ("consent", "1", "consent"), ("consent", "bỏ qua", "consent"),
    ("consent", "chưa chắc", "again"), ("consent", "dung", "again"), ("consent", "xoa", "again"), ("consent", "khảo sát", "form.needs_survey"),
    ("consent", "hủy", "cancel"), ("consent", "quay lại", "back"), ("consent", "xin chào", "menu"), ("consent", "dừng nhận tin", "optout"),
    ("announcements", "nhận tin", "consent"), ("announcements", "không nhận tin", "consent"), ("announcements", "thoi", "consent"),
    # questions
    ("choice", "gạo", "answer"), ("choice", "3", "answer"), ("choice", "khác", "answer"), ("choice", "hihi", "again"), ("choice", "bỏ qua", "skip"),
    ("choice", "quay lại", "back"), ("choice", "tạm dừng", "pause"), ("choice", "hủy", "cancel"), ("choice", "thoi", "cancel"), ("choice", "dung", "optout"),
    ("choice", "dừng", "optout"), ("choice", "xoa", "delete_data"), ("choice", "nhận tin", "optin"), ("choice", "dừng nhận tin", "optout"),
    ("choice", "gửi", "submit"), ("choice", "sửa", "change"), ("choice", "làm tiếp", "resume"), ("choice", "khảo sát", "form.needs_survey"),
    ("choice", "cảm ơn", "menu"), ("choice", "xin chào", "menu"), ("choice", "", "again"), ("choice", "(nhãn dán)", "again"), ("choice", "(tệp a.pdf)", "again"),
    ("choice", "/khongco", "unknown"), ("choice", "(nút 1.sector.rice)", "answer"), ("choice", "(nút 1.sector.khong)", "again"), ("choice", "(nút 9.a.b)", "again"),
    ("number", "25", "answer"), ("number", "khoảng 30 người", "answer"), ("number", "0", "again"), ("number", "nhiều", "again"), ("number", "bỏ qua", "skip"),
    ("number", "(nút 1.sector.rice)", "again"), ("number", "(nút 1.employees.!back)", "back"), ("number", "kinh phí hỗ trợ thế nào", "topic.funding"),
    ("several", "1,3 và 5", "answer"), ("several", "(nút 1.needs.barcode)", "answer"), ("several", "(nút 1.needs.=barcode,tool)", "answer"), ("several", "xong", "again"),
    ("several", "tư vấn", "answer"), ("optional choice", "bỏ qua", "skip"),
    ("name", "Cơ sở Ví Dụ", "answer"), ("name", "Dung", "again"), ("name", "có phải ghi đúng giấy phép không?", "again"), ("name", "mã vạch", "topic.barcode"),
    ("name", "HTX Mã Vạch Xanh Ví Dụ", "answer"), ("name", "A", "again"), ("name", "x" * 100_000, "again"),
    ("commune", "mỹ thới", "answer"), ("commune", "vinh hoa", "answer"), ("commune", "hà nội", "again"),
    ("candidates", "2", "answer"), ("candidates", "không có", "answer"), ("candidates", "tôi không rõ", "again"), ("candidates", "phường long xuyên", "answer"),
    ("other", "nuôi yến", "answer"), ("other", "quay lại", "back"), ("other", "x" * 1000, "again"),
    # the summary
    ("summary", "gửi", "submit"), ("summary", "đúng rồi", "submit"), ("summary", "1", "change"), ("summary", "sửa 3", "change"), ("summary", "sửa câu 2", "change"),
    ("summary", "sửa", "change"), ("summary", "không", "change"), ("summary", "99", "again"), ("summary", "dung", "again"), ("summary", "hihi", "again"),
    ("summary", "quay lại", "back"), ("summary", "tạm dừng", "pause"), ("summary", "hủy", "cancel"), ("change", "2", "change"), ("change", "tên đơn vị", "change"),
    ("change", "không sửa nữa", "answer"), ("change", "không", "answer"), ("change", "gửi", "submit"), ("change", "hihi", "again"),
    # confirmations
    ("cancel", "có", "answer"), ("cancel", "không", "answer"), ("cancel", "hủy phiếu", "answer"), ("cancel", "3", "answer"), ("cancel", "dung", "again"),
    ("stop?", "1", "answer"), ("stop?", "có", "again"), ("stop?", "tạm dừng phiếu", "answer"), ("stop?", "dung", "again"), ("stop?", "không", "answer"),
    # one's own data
    ("delete?", "có", "answer"), ("delete?", "không", "answer"), ("delete?", "xoa", "again"), ("delete?", "dung", "again"), ("delete?", "hihi", "unknown"),
    ("delete?", "hủy", "answer"), ("delete?", "khảo sát", "form.needs_survey"), ("delete?", "quay lại", "back"), ("delete?", "", "unknown"), ("delete?", "2", "answer"),
    ("delete? amid", "có", "answer"), ("delete? amid", "12", "answer"), ("delete? amid", "không", "answer"), ("delete? amid", "dừng nhận tin", "optout"),
    ("move", "ABCDEFGH", "continue"), ("move", "abcd efgh", "continue"), ("move", "ABCDEFGO", "unknown"), ("move", "khảo sát", "form.needs_survey"), ("move", "cảm ơn", "menu"),
    ("nowhere", "/tiep ABCDEFGH", "continue"), ("nowhere", "/tiep", "continue"), ("number", "/tiep ABCDEFGH", "continue"), ("nowhere", "/yeucau", "unknown"),
    ("nowhere", "(nút go.request:1)", "again"), ("nowhere", "(nút go.requests)", "again"), ("nowhere", "(nút go.export_data)", "my_data"), ("nowhere", "(nút go.correct_data)", "my_data"),
    ("nowhere", "(nút go.withdraw.sharing)", "my_data"), ("nowhere", "(nút go.my_data:2)", "my_data"),
    # put aside
    ("paused", "làm tiếp", "resume"), ("paused", "1", "resume"), ("paused", "khảo sát", "form.needs_survey"), ("paused", "hủy", "cancel"), ("paused", "có", "menu"),
    ("unfinished", "làm tiếp", "resume"), ("unfinished", "làm lại từ đầu", "answer"), ("unfinished", "1", "resume"), ("unfinished", "2", "answer"), ("unfinished", "hihi", "again"),
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory):
    talk = await opened(tmp_path_factory.mktemp("routes"))
    yield talk
    await talk.storage.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("place", "line", "route"), ROUTES, ids=lambda value: value[:30])
async def test_route(talk, request, place, line, route):
    talk.person = request.node.name
    for said in PLACES[place]:
        await talk.say(said)
    answer = await talk.say(line)
    assert (talk.routes[-1], bool(answer)) == (route, True)

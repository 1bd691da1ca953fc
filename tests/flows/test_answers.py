"""What people type at each type of question → the value kept, the candidates offered, or the reason it is no answer."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flows import answers
from bot.flows.answers import READERS, Read, Several, Unread, display
from bot.flows.programme import Question
from tests.flows.answering import QUESTIONS, programme, read, said, tapped, texts, typed

ONE = {"name": "Nguyễn Thị Ví Dụ", "position": "tổ trưởng", "phone": "+84912345678"}
LONG_XUYEN = {"code": "30307", "name": "Phường Long Xuyên"}

TYPED = [
    # yes_no
    ("yes_no", "có", True), ("yes_no", "Có ạ", True), ("yes_no", "dạ có", True), ("yes_no", "ừ", True), ("yes_no", "ok", True),
    ("yes_no", "đúng rồi", True), ("yes_no", "1", True), ("yes_no", "không", False), ("yes_no", "ko", False), ("yes_no", "hông", False),
    ("yes_no", "chưa", False), ("yes_no", "không đồng ý", False), ("yes_no", "2", False), ("yes_no", "0", False),
    ("yes_no", "có không?", "!yes_no"), ("yes_no", "bánh tráng", "!yes_no"), ("yes_no", "", "!yes_no"), ("yes_no", "3", "!yes_no"),
    # choice
    ("choice", "1", "rice"), ("choice", "2.", "fruit"), ("choice", "2 nha", "fruit"), ("choice", "số 3", "fish"), ("choice", "gạo", "rice"),
    ("choice", "gao", "rice"), ("choice", "GẠO, LƯƠNG THỰC", "rice"), ("choice", "gao luong thuc", "rice"), ("choice", "xoài", "fruit"),
    ("choice", "cá tra", "fish"), ("choice", "che bien thuy san", "fish"), ("choice", "chế biến thuỷ sản", "fish"), ("choice", "4", "!choice"),
    ("choice", "0", "!choice"), ("choice", "máy cày", "!choice"), ("choice", "", "!choice"), ("choice", "khác: bánh tráng", "!choice"),
    ("choice_other", "5", "other"), ("choice_other", "khác", "other"), ("choice_other", "Khác: bánh tráng", ("other", "bánh tráng")),
    ("choice_other", "khac - bánh <b>tráng</b>", ("other", "bánh <b>tráng</b>")), ("choice_other", "khác bánh tráng", ("other", "bánh tráng")),
    ("choice_other", "5: bánh tráng", ("other", "bánh tráng")), ("choice_other", "bánh tráng", "!choice"), ("choice_other", "chưa có", "none"),
    ("choice_other", "khác: " + "x" * 301, "!too_long"),
    # bands
    ("workers", "1", "micro"), ("workers", "4", ("micro", "large")), ("workers", "4.", "large"), ("workers", "2", ("micro", "small")),
    ("workers", "khoảng 20 người", "small"), ("workers", "20", "small"),
    ("workers", "10 người", "micro"), ("workers", "11 nguoi", "small"), ("workers", "hai mươi lăm", "small"), ("workers", "5 người", "micro"),
    ("workers", "200", "medium"), ("workers", "201", "large"), ("workers", "1.200", "large"), ("workers", "hơn 200", "large"),
    ("workers", "hơn 20 người", ("small",)), ("workers", "dưới 5 người", "micro"), ("workers", "20-30", "small"),
    ("workers", "40-60 người", ("small", "medium")), ("workers", "5 tỷ", "!choice"), ("workers", "-5", "!choice"),
    ("revenue", "5 tỷ", "b10"), ("revenue", "5ty", "b10"), ("revenue", "3 tỷ", "b3"), ("revenue", "900 triệu", "b3"),
    ("revenue", "khoảng 12,5 tỷ", "b50"), ("revenue", "100 tỷ", "more"), ("revenue", "2.500.000.000", "b3"), ("revenue", "3", ("b3", "b50")), ("revenue", "1", "b3"),
    ("revenue", "2", ("b3", "b10")), ("revenue", "4", ("b3", "b10", "more")), ("revenue", "3)", "b50"),
    ("revenue", "12", ("b3", "b50")), ("revenue", "trên 50 tỷ", "more"), ("revenue", "hơn 10 tỷ", ("b50",)), ("revenue", "20 người", "!choice"),
    # choices
    ("choices", "1", ["rice"]), ("choices", "1, 3", ["rice", "fish"]), ("choices", "1 3", ["rice", "fish"]), ("choices", "3,1", ["rice", "fish"]),
    ("choices", "1 và 2", ["rice", "fruit"]), ("choices", "gạo và cá tra", ["rice", "fish"]), ("choices", "gao, xoai", ["rice", "fruit"]),
    ("choices", "xoài; chuối", ["fruit"]), ("choices", "Gạo, lương thực", ["rice"]), ("choices", "tất cả", ["rice", "fruit", "fish"]),
    ("choices", "chưa có", ["none"]), ("choices", "không", ["none"]), ("choices", "không có", ["none"]), ("choices", "1, 4", "!choices_none"),
    ("choices", "5", ["other"]), ("choices", "khác: bánh tráng, bánh phồng", (["other"], "bánh tráng, bánh phồng")),
    ("choices", "1, 3, khác: bánh tráng", (["rice", "fish", "other"], "bánh tráng")), ("choices", "9", "!choices"), ("choices", "1-2", ["rice", "fruit"]), ("choices", "1-3", (["rice", "fruit", "fish"], ["rice", "fish"])),
    ("choices", "3-4", "!choices_none"), ("choices", "1, 2, khác bánh tráng", (["rice", "fruit", "other"], "bánh tráng")), ("choices", "1, 9", "!choices"),
    ("choices", "máy cày", "!choices"), ("choices", "", "!choices"),
    ("choices_two", "1", "!picked_few"), ("choices_two", "1, 2, 3", "!picked_many"), ("choices_two", "1, 2", ["rice", "fruit"]),
    ("choices_two", "chưa có", ["none"]),
    # text
    ("text", "  Cơ sở A  ", "Cơ sở A"), ("text", "Co\u031b so\u031b\u0309", "Cơ sở"), ("text", "<b>A & B</b>", "<b>A & B</b>"),
    ("text", "*A* _B_ [c](d)", "*A* _B_ [c](d)"), ("text", "A\u200bB\u202eC\x00D\ufeff", "ABCD"), ("text", "dòng 1\ndòng 2", "dòng 1\ndòng 2"),
    ("text", "ឃ្មែរ", "ឃ្មែរ"), ("text", "A  B", "A  B"), ("text", "x" * 300, "x" * 300), ("text", "x" * 301, "!too_long"),
    ("text", "x", "!too_short"), ("text", "", "!text"), ("text", "\u200b\u200b", "!text"), ("text", "   ", "!text"), ("text", "A\ud800B", "AB"),
    ("text", "\u3164", "!text"), ("text", "\u2800 \u2800", "!text"), ("text", "\u115f\u1160", "!text"), ("text", "\uffa0\n", "!text"),
    ("text", "\ufe0f", "!text"), ("text", "\U000e0100\u3164", "!text"), ("text", "Trà ❤\ufe0f", "Trà ❤\ufe0f"), ("text", "한글 A", "한글 A"),
    ("long_text", "x" * 4000, "x" * 4000), ("long_text", "x" * 4001, "!too_long"), ("long_text", "a\r\nb", "a\nb"),
    # number
    ("number", "20", 20), ("number", "khoảng 20 người", 20), ("number", "20 người", 20), ("number", "20nguoi", 20), ("number", "hai mươi lăm", 25),
    ("number", "ba chục", 30), ("number", "1.200", 1200), ("number", "tầm 20", 20), ("number", "dạ 20 ạ", 20), ("number", "có 20 lao động", 20),
    ("number", "0", 0), ("number", "không có", (0,)), ("number", "không", (0,)), ("number", "hơn 20", (20,)), ("number", "20-30 người", (20, 30)),
    ("number", "1,5", "!whole"), ("number", "-5", "!between"), ("number", "100.001", "!between"), ("number", "100.000", 100_000),
    ("number", "vài chục", "!number"), ("number", "ISO 9001", "!number"), ("number", "9001 là gì", "!number"), ("number", "20?", "!number"),
    ("number", "số 12 đường Trần Phú phường Mỹ Bình", "!number"), ("number", "5 nam 3 nữ", "!number"), ("number", "", "!number"),
    ("number", "20 usd", "!number"), ("free_number", "-5", -5), ("free_number", "1" * 16, "!too_much"), ("free_number", "1" * 19, "!number"),
    ("tonnes", "1,5", 1.5), ("tonnes", "1.5 tấn", 1.5), ("tonnes", "1.200 tấn", 1200), ("tonnes", "2,25", 2.25), ("tonnes", "0,05", "!from"),
    # months
    ("months", "1 nam", 12), ("months", "một năm", 12), ("months", "1nam", 12), ("months", "nua nam", 6), ("months", "nửa năm", 6),
    ("months", "2 nam 3 thang", 27), ("months", "2 năm 3 tháng", 27), ("months", "hai năm rưỡi", 30), ("months", "1,5 năm", 18),
    ("months", "khoảng 1 năm", 12), ("months", "hơn 1 năm", (12,)), ("months", "1-2 năm", (12, 24)), ("months", "6 tháng đến 1 năm", (6, 12)),
    ("months", "cả năm", 12), ("months", "2 quý", 6), ("months", "6", 6), ("months", "nam thang", 5), ("months", "trong 6 tháng", 6),
    ("months", "half a year", 6), ("months", "a year and a half", 18), ("months", "10 năm", "!between"), ("months", "0,3 năm", "!whole"),
    ("months", "2 tuần", "!number"), ("months", "30 ngày", "!number"), ("months", "muoi nam thang", 15), ("months", "1 năm 3", "!number"),
    # money
    ("money", "1,5 tỷ", 1_500_000_000), ("money", "1.5 ty", 1_500_000_000), ("money", "0.5 tỷ", 500_000_000), ("money", "500tr", 500_000_000),
    ("money", "1tr5", 1_500_000), ("money", "1 triệu 2", 1_200_000), ("money", "2.000.000", 2_000_000), ("money", "2,000,000 đ", 2_000_000),
    ("money", "500k", 500_000), ("money", "2 củ", 2_000_000), ("money", "ba trăm triệu", 300_000_000), ("money", "tỷ rưỡi", 1_500_000_000),
    ("money", "khoảng 2 tỷ đồng", 2_000_000_000), ("money", "doanh thu 5 tỷ/năm", 5_000_000_000), ("money", "0", 0), ("money", "50.000 đồng", (50_000, 50_000_000, 50_000_000_000)),
    ("money", "5", (5_000_000, 5_000_000_000)), ("money", "500", (500_000, 500_000_000, 500_000_000_000)), ("money", "1,250 tỷ", (1_250_000_000, 1_250_000_000_000)),
    ("money", "hơn 5 tỷ", (5_000_000_000,)), ("money", "5-7 tỷ", (5_000_000_000, 7_000_000_000)), ("money", "không có", (0,)),
    ("money", "1000 usd", "!money_foreign"), ("money", "20 người", "!money"), ("money", "1,5 đồng", "!money"), ("money", "nhiều lắm", "!money"),
    ("money", "", "!money"), ("money", "5 tỷ hay 7 tỷ", (5_000_000_000, 7_000_000_000)), ("fee", "5 tỷ", "!between"), ("fee", "5", (5_000_000,)),
    ("fee", "200k", 200_000), ("fee", "-5 triệu", "!between"),
    # date
    ("date", "05/03/2027", "2027-03-05"), ("date", "5-3-27", "2027-03-05"), ("date", "5/3", "2027-03-05"), ("date", "2027-03-05", "2027-03-05"),
    ("date", "hôm nay", "2026-11-21"), ("date", "mai", "2026-11-22"), ("date", "thứ 5 tuần tới", "2026-11-26"), ("date", "cuối tháng", ("2026-11-30",)),
    ("date", "mùng 5", ("2026-11-05", "2026-12-05")), ("date", "rằm", "!date_lunar"), ("date", "30/2/2027", "!date"), ("date", "quý 1", "!date"),
    ("date", "", "!date"), ("date_within", "5/3/2030", "!between"), ("date_within", "mùng 5", ("2026-11-05", "2026-12-05")),
    ("date_within", "31/12/2027", "2027-12-31"), ("date_within", "31/12/2025", "!between"),
    # phone
    ("phone", "0912345678", "+84912345678"), ("phone", "0912 345 678", "+84912345678"), ("phone", "0912.345.678", "+84912345678"),
    ("phone", "0912-345-678", "+84912345678"), ("phone", "+84912345678", "+84912345678"), ("phone", "+84 912 345 678", "+84912345678"),
    ("phone", "84912345678", "+84912345678"), ("phone", "0084912345678", "+84912345678"), ("phone", "912345678", "+84912345678"),
    ("phone", "(0912) 345678", "+84912345678"), ("phone", "sđt của em là 0912345678 ạ", "+84912345678"), ("phone", "0912345678 (chị A)", "+84912345678"),
    ("phone", "02963852576", "+842963852576"), ("phone", "0296 3852 576", "+842963852576"), ("phone", "(0297) 3812 345", "+842973812345"),
    ("phone", "024 3822 1111", "+842438221111"), ("phone", "+84 296 3852576", "+842963852576"), ("phone", "０９１２３４５６７８", "+84912345678"),
    ("phone", "0912345678, 0987654321", ("+84912345678", "+84987654321")), ("phone", "0912 345 678 - 0987 654 321", ("+84912345678", "+84987654321")),
    ("phone", "0912345678/0987654321", ("+84912345678", "+84987654321")), ("phone", "0912345678 0912345678", "+84912345678"),
    ("phone", "123", "!phone"), ("phone", "091234567", "!phone"), ("phone", "09123456789", "!phone"), ("phone", "+1 650 253 0000", "!phone"),
    ("phone", "19001234", "!phone"), ("phone", "không có", "!phone"), ("phone", "", "!phone"),
    # email
    ("email", "coso@example.com", "coso@example.com"), ("email", " CoSo@Example.COM ", "CoSo@example.com"), ("email", "email: a.b-c@example.com.vn", "a.b-c@example.com.vn"),
    ("email", "gửi về coso@example.com nhé.", "coso@example.com"), ("email", "<coso@example.com>", "coso@example.com"), ("email", "mailto:coso@example.com", "coso@example.com"),
    ("email", "a@example.com, b@example.com", ("a@example.com", "b@example.com")), ("email", "coso@example", "!email"), ("email", "coso", "!email"),
    ("email", "cơsở@example.com", "!email"), ("email", "co so@example,com", "!email"), ("email", "a..b@example.com", "!email"), ("email", "@example.com", "!email"), ("email", "", "!email"),
    # url
    ("url", "https://example.com", "https://example.com"), ("url", "example.com", "https://example.com"), ("url", "www.example.com/a?b=c#d", "https://www.example.com/a?b=c#d"),
    ("url", "HTTP://example.com", "HTTP://example.com"), ("url", "example.com:8080/a", "https://example.com:8080/a"), ("url", " example.com. ", "https://example.com"),
    ("url", "javascript:alert(1)", "!url_scheme"), ("url", "ftp://example.com", "!url_scheme"), ("url", "data:text/html,x", "!url_scheme"), ("url", "trang cá tra", "!url"),
    ("url", "example", "!url"), ("url", "http://", "!url"), ("url", "https://a@example.com", "!url"), ("url", "http://[::1", "!url"), ("url", "example.com:99999", "!url"),
    ("url", "", "!url"), ("url", "example.com/" + "x" * 2000, "!too_long"), ("url", "http://localhost", "!url"), ("url", "a..com", "!url"),
    # tax code
    ("tax_code", "0123456787", "0123456787"), ("tax_code", "0123 456 787", "0123456787"), ("tax_code", "0123.456.787", "0123456787"), ("tax_code", "MST: 0123456787", "0123456787"),
    ("tax_code", "0123456787-001", "0123456787-001"), ("tax_code", "0123456787001", "0123456787-001"), ("tax_code", "0123456787 – 001", "0123456787-001"),
    ("tax_code", "089123451234", "089123451234"), ("tax_code", "0891 2345 1234", "089123451234"), ("tax_code", "0123456788", "0123456788 !answers.tax_code_check"),
    ("tax_code", "0123456788-001", "0123456788-001 !answers.tax_code_check"), ("tax_code", "0123456787-000", "0123456787-000 !answers.tax_code_branch"),
    ("tax_code", "999123451234", "999123451234 !answers.tax_code_person"), ("tax_code", "012345678", "!tax_code"), ("tax_code", "0123456787_001", "0123456787-001"), ("tax_code", "0123456787/001", "!tax_code"), ("tax_code", "01234567870", "!tax_code"),
    ("tax_code", "không có", "!tax_code"), ("tax_code", "", "!tax_code"), ("tax_code", "0123456787, 1234567893", ("0123456787", "1234567893")),
    # commune
    ("commune", "long xuyen", LONG_XUYEN), ("commune", "p. Mỹ Bình, tp Long Xuyên", LONG_XUYEN), ("commune", "long xuyeen", (LONG_XUYEN,)),
    ("commune", "Núi Sập", {"code": "30682", "name": "Xã Thoại Sơn"}), ("commune", "phu quoc", {"code": "31078", "name": "Đặc khu Phú Quốc"}),
    ("commune", "an phú", ({"code": "30337", "name": "Xã An Phú"}, {"code": "30520", "name": "Phường Tịnh Biên"})), ("commune", "Sài Gòn", "!commune"), ("commune", "", "!commune"),
    # bar code
    ("barcode", "8931234567897", "8931234567897"), ("barcode", "893 1234 56789 7", "8931234567897"), ("barcode", "mã 8931234567897", "8931234567897"), ("barcode", "96385074", "96385074"),
    ("barcode", "036000291452", "036000291452"), ("barcode", "18931234567894", "18931234567894"), ("barcode", "8931234567890", "8931234567890 !answers.barcode_check"),
    ("barcode", "893123456789", "893123456789 !answers.barcode_check"), ("barcode", "8931234567", "!barcode"), ("barcode", "chưa có", "!barcode"), ("barcode", "", "!barcode"),
    # industry; more of it in test_industries.py
    ("industry", "1061", {"code": "10", "name": "Sản xuất, chế biến thực phẩm", "section": "C"}), ("industry", "asdf", "!industry"), ("industry", "C", "!industry_many"),
    # rating
    ("rating", "4", 4), ("rating", "5 sao", 5), ("rating", "năm sao", 5), ("rating", "4/5", 4), ("rating", "⭐⭐⭐", 3), ("rating", "bốn điểm", 4), ("rating", "6", "!rating"),
    ("rating", "0", "!rating"), ("rating", "4,5", "!rating"), ("rating", "tốt", "!rating"), ("rating", "4/10", "!rating"), ("rating_ten", "0", 0), ("rating_ten", "10", 10),
    # people
    ("people", "Nguyễn Thị Ví Dụ, tổ trưởng, 0912 345 678", [ONE]), ("people", "Nguyễn Thị Ví Dụ - tổ trưởng - sđt: 0912.345.678", [ONE]), ("people", "0912345678 Nguyễn Thị Ví Dụ, tổ trưởng", [ONE]),
    ("people", "Nguyễn Thị Ví Dụ; tổ trưởng; +84912345678", [ONE]), ("people", " nguyen  van mau ", [{"name": "nguyen van mau"}]), ("people", "Trần Văn Mẫu, thủ kho", [{"name": "Trần Văn Mẫu", "position": "thủ kho"}]),
    ("people", "Trần Văn Mẫu 0296 385 2576", [{"name": "Trần Văn Mẫu", "position": "", "phone": "+842963852576"}]), ("people", "Y Mẫu H'Ví Dụ", [{"name": "Y Mẫu H'Ví Dụ"}]),
    ("people", "Nguyễn Thị Ví Dụ, tổ trưởng, 0912345678\n\nTrần Văn Mẫu, 0912345679", [ONE, {"name": "Trần Văn Mẫu", "position": "", "phone": "+84912345679"}]),
    ("people", "Nguyễn Thị Ví Dụ, tổ trưởng, 0912345678; Trần Văn Mẫu 0912345679;", [ONE, {"name": "Trần Văn Mẫu", "position": "", "phone": "+84912345679"}]),
    ("people", "Nguyễn Thị Ví Dụ, tổ trưởng; Trần Văn Mẫu, thủ kho", "!people"), ("people", "Nguyễn Thị Ví Dụ, tổ trưởng; 0912345678", [ONE]),
    ("people", "Nguyễn Thị Ví Dụ, 0912345678\nTrần Văn Mẫu", "!people"), ("people", "Dung", "!people"), ("people", "Nguyễn Văn Mẫu, 0912345678, 0912345679", "!people"), ("people", "", "!people"),
    ("people", "Nguyễn Văn Mẫu 123", "!people"), ("people", "Nguyễn Văn Mẫu, 12345", "!people"), ("people", "cho tôi hỏi lớp này học mấy buổi vậy em", "!people"), ("people", "A" * 120 + " B", "!people"),
    # file and location
    ("file", "đây ạ", "!file"), ("location", "10.3711, 105.4328", {"lat": 10.3711, "lon": 105.4328}), ("location", "10,3711; 105,4328", {"lat": 10.3711, "lon": 105.4328}),
    ("location", "https://maps.google.com/?q=10.3711,105.4328", {"lat": 10.3711, "lon": 105.4328}), ("location", "105.4328, 10.3711", ({"lat": 10.3711, "lon": 105.4328},)),
    ("location", "Long Xuyên", "!location"), ("location", "999.99, 999.99", "!location"), ("statement", "gì đó", "!text"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "line", "expected"), TYPED, ids=lambda part: str(part)[:24])
def test_a_typed_line_is_read(question, line, expected):
    assert typed(question, line) == expected


def test_the_table_is_wide():
    assert len(TYPED) >= 250
    assert {QUESTIONS[name].type for name, _, _ in TYPED} == {*READERS, "statement"}


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        ("yes_no", "yes", True), ("yes_no", "no", False), ("yes_no", "rice", "!yes_no"), ("choice", "rice", "rice"), ("choice", "gone", "!choice"),
        ("choices", "=rice,fish", ["rice", "fish"]), ("choices", "=fish,rice", ["rice", "fish"]), ("choices", "rice", ["rice"]),
        ("choices", "=none,rice", "!choices_none"), ("choices", "=none", ["none"]), ("choices", "=gone", "!choices"), ("choices", "=", "!picked_few"),
        ("choices_two", "=rice", "!picked_few"), ("rating", "4", 4), ("rating", "9", "!rating"), ("commune", "30307", LONG_XUYEN),
        ("commune", "99999", "!commune"), ("number", "20", 20), ("file", "x", "!file"),
    ],
)  # fmt: skip
def test_a_tap_is_read(question, value, expected):
    assert tapped(question, value) == expected


def test_what_a_phone_shares_is_read():
    assert read("phone", "shared", phone="84912345678") == Read("+84912345678")
    assert read("location", "located", lat=10.3711, lon=105.4328) == Read({"lat": 10.3711, "lon": 105.4328})
    assert read("file", "file_ready", file="f1", name="gi\u200bấy.pdf", mime="application/pdf", size=9) == Read(
        {"file": "f1", "name": "giấy.pdf"}
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [("shared", {"phone": "+84912345678"}), ("located", {"lat": 10.0, "lon": 105.0}), ("file_ready", {"file": "f1", "name": "a.pdf"}), ("unreadable", {"kind": "sticker"})],
)  # fmt: skip
def test_what_is_handed_to_another_question_is_no_answer(name, data):
    assert read("number", name, **data) == Unread("answers.number")


@pytest.mark.parametrize(
    "place",
    [
        {"lat": 91.0, "lon": 0.0},
        {"lat": 0.0, "lon": 181.0},
        {"lat": "10", "lon": "105"},
        {},
        {"lat": float("nan"), "lon": 0.0},
    ],
)
def test_a_place_that_is_none_on_earth_is_no_answer(place):
    assert isinstance(read("location", "located", **place), Unread)


@pytest.mark.parametrize(
    ("question", "line", "words"),
    [
        ("text", "x" * 1234, "Câu trả lời dài 1.234 ký tự, trong khi câu này nhận tối đa 300 ký tự. Tôi không tự cắt bớt; anh/chị rút gọn rồi gửi lại giúp tôi."),
        ("number", "200.000", "Câu trả lời cần nằm trong khoảng từ 0 người đến 100.000 người. Anh/chị kiểm tra và ghi lại giúp tôi."),
        ("number", "nhiều", "Câu này cần một con số cụ thể. Anh/chị ghi giúp, ví dụ: 25 người."),
        ("free_number", "nhiều", "Câu này cần một con số cụ thể. Anh/chị ghi giúp, ví dụ: 25."),
        ("fee", "5 tỷ", "Câu trả lời cần nằm trong khoảng từ 0 đồng đến 100 triệu đồng. Anh/chị kiểm tra và ghi lại giúp tôi."),
        ("date_within", "1/1/2030", "Câu trả lời cần nằm trong khoảng từ 01/01/2026 đến 31/12/2027. Anh/chị kiểm tra và ghi lại giúp tôi."),
        ("tonnes", "0,01", "Câu trả lời cần từ 0,1 tấn trở lên. Anh/chị kiểm tra và ghi lại giúp tôi."),
        ("choices", "1, 4", "Mục “Chưa có” không đi cùng mục khác. Anh/chị chọn riêng mục này, hoặc bỏ mục này và chọn các mục còn lại."),
        ("commune", "Sài Gòn", "Tôi chưa tìm thấy xã, phường, đặc khu này trong tỉnh. Anh/chị gõ tên hiện nay hoặc tên trước 01/07/2025, có dấu hay không dấu đều được, ví dụ: Phường Bình Đức."),
        ("rating", "6", "Anh/chị chọn một số từ 1 đến 5, ví dụ: 5."),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_how_to_type(question, line, words):
    assert refusal(question, line) == words


def refusal(question, line):
    result = read(question, "said", text=line)
    assert isinstance(result, Unread)
    return said(result)


def test_how_to_say_something_else_is_told_only_where_there_is_such_an_option():
    assert "bánh tráng" in refusal("choice_other", "máy cày")
    assert "bánh tráng" not in refusal("choice", "máy cày")


def test_candidates_carry_what_people_read():
    assert read("money", "said", text="5") == Several(((5_000_000, "5 triệu đồng"), (5_000_000_000, "5 tỷ đồng")))
    assert labels("commune", "an phú") == ["Xã An Phú", "Phường Tịnh Biên (phường An Phú)"]
    assert labels("workers", "40-60") == ["11–50 người", "51–200 người"]


def labels(question, line):
    result = read(question, "said", text=line)
    assert isinstance(result, Several)
    return [label for _, label in result.candidates]


@pytest.mark.parametrize(
    ("question", "value", "shown"),
    [
        ("text", None, "(bỏ qua)"), ("yes_no", True, "Có"), ("yes_no", False, "Không"), ("choice", "rice", "Gạo, lương thực"), ("choice", "gone", "gone"),
        ("choices", ["fruit", "fish"], "Trái cây, rau; Chế biến thủy sản"), ("number", 1200, "1.200 người"), ("number", 1.5, "1,5 người"), ("free_number", 7, "7"),
        ("money", 1_500_000, "1.500.000 đồng"), ("money", 1_500_000_000, "1,5 tỷ đồng"), ("money", 500_000_000, "500 triệu đồng"), ("money", 1_234_567_890, "1.234.567.890 đồng"),
        ("money", 1_250_000_000, "1,25 tỷ đồng"), ("money", 0, "0 đồng"), ("money", 10**12, "1.000 tỷ đồng"), ("date", "2027-03-05", "05/03/2027"), ("date", "gone", "gone"),
        ("phone", "+84912345678", "0912 345 678"), ("phone", "+842963852576", "0296 3852 576"), ("phone", "gone", "gone"), ("tax_code", "089123451234", "089•••••1234"),
        ("tax_code", "0123456787-001", "0123456787-001"), ("commune", LONG_XUYEN, "Phường Long Xuyên"), ("rating", 4, "4/5"), ("rating_ten", 7, "7/10"),
        ("file", {"file": "f1", "name": "giấy phép.pdf"}, "giấy phép.pdf"), ("file", [{"file": "f1", "name": "a.pdf"}, {"file": "f2", "name": "b.pdf"}], "a.pdf; b.pdf"),
        ("people", [ONE, {"name": "Trần Văn Mẫu"}], "Nguyễn Thị Ví Dụ, tổ trưởng, 0912 345 678; Trần Văn Mẫu"),
        ("location", {"lat": 10.3711, "lon": 105.4328}, "10.3711, 105.4328"), ("text", "<b>A</b>", "<b>A</b>"),
    ],
)  # fmt: skip
def test_an_answer_is_shown_as_people_read_it(question, value, shown):
    assert display(QUESTIONS[question], value, programme(), "vi") == shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.sampled_from(sorted(QUESTIONS)), JSON)
def test_no_stored_value_makes_showing_it_fail(question, value):
    assert isinstance(display(QUESTIONS[question], value, programme(), "vi"), str)


PIECES = st.sampled_from(
    [
        *"0123456789 .,;:/-+()@",
        "tỷ",
        "triệu",
        "khác",
        ":",
        "và",
        "có",
        "không",
        "gạo",
        "http://",
        "xã",
        "\u200b",
        "\u202e",
        "̉",
        "\ud800",
        "٣",
        "²",
        "½",
        "①",
        "\x00",
        "tháng",
        "ngày",
        "84",
        "=",
        "hơn",
        "sao",
    ]
)
LINES = (
    st.text()
    | st.text(alphabet=st.characters(), max_size=40)
    | st.lists(PIECES, max_size=20).map("".join)
    | st.lists(PIECES, max_size=20).map(" ".join)
)


@settings(max_examples=400)
@given(st.sampled_from(sorted(QUESTIONS)), LINES, st.sampled_from(["said", "tapped"]))
def test_no_text_raises_and_every_refusal_has_its_words(question, line, event):
    result = read(question, event, **{"text" if event == "said" else "value": line})
    match result:
        case Unread():
            assert said(result)
        case Several(candidates=candidates):
            assert candidates
            assert all(label for _, label in candidates)
            assert len(candidates) <= 8
        case Read(value=value):
            assert value is not None
            assert display(QUESTIONS[question], value, programme(), "vi")


@given(
    st.sampled_from(["text", "long_text"]),
    st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs"]), min_size=1, max_size=200),
)
def test_words_are_kept_as_they_are_written(question, words):
    result = read(Question("q", QUESTIONS[question].type), "said", text=words)
    if isinstance(result, Read):
        assert result.value == answers.writing.clean(words)
        assert len(result.value) <= len(words) * 3


RUBBISH = ["1" * 100_000, "a" * 100_000, "1 " * 50_000, "a@" * 50_000, "xã " * 33_333, "-" * 100_000, "một " * 25_000, "\u202e" * 100_000, "1,khác:" * 14_000, "1.1" * 33_333, "(0" * 50_000, "a." * 50_000, "⭐" * 100_000, " " * 100_000]  # fmt: skip


@pytest.mark.parametrize("line", RUBBISH, ids=range(len(RUBBISH)))
def test_a_hundred_thousand_characters_are_refused_in_a_moment(line):
    programme()
    began = time.perf_counter()
    for question in QUESTIONS:
        assert isinstance(read(question, "said", text=line), Unread), question
    assert time.perf_counter() - began < 2


def test_every_text_is_used_by_a_reader_and_speaks_of_no_machine():
    rendered = {
        text_id: by["vi"](
            {
                "unit": "người",
                "other": "Khác",
                "value": "1",
                "label": "A",
                "minimum": 1,
                "maximum": 5,
                "length": 9,
                "count": 9,
                "example": "x",
                "amount": "1",
                "name": "x",
                "said": "x",
                "province": "x",
                "facts": {},
            }
        ).plain
        for text_id, by in texts().items()
    }
    assert all(plain and "{{" not in plain for plain in rendered.values())
    assert {f"answers.{kind}" for kind in READERS} <= rendered.keys()

"""The letter of an application: opened as Word opens it and compared with what was answered, sign by sign."""

from __future__ import annotations

import re
import runpy
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as Letter
from docx.shared import Pt
from jinja2 import TemplateError

from bot.content import load, read_bundle
from bot.content.documents import fill
from bot.flows.programme import Programme
from bot.flows.values import Json
from bot.office import documents
from bot.office.submissions import label, shown
from storage.applications import Application, Numbered
from storage.submissions import Submission

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "content"
AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
HOSTILE = [
    "{{ 7*7 }}", "{% for x in y %}", "{# đã bỏ #}", "{_{x}_} {_%x%_}", "{{r x }}{%tr if 1 %}{%p x %}", "<b>&amp;</b> & \"'",
    "</w:t></w:r><w:br/>", "]]>", "${x} #{x}", "😀 và 𠀀",
]  # fmt: skip
ANSWERS: dict[str, Json] = {
    "supports": ["management_system", "barcode"],
    "group": "enterprise",
    "unit_name": "Công ty Ví Dụ",
    "tax_code": "0123456787",
    "commune": {"code": "30316", "name": "Phường Long Xuyên"},
    "address": "Số 12, khóm Ví Dụ",
    "line": "Chế biến, bảo quản thủy sản",
    "employees": 1250,
    "ocop": "star_4",
    "key_product": "unsure",
    "startup": False,
    "works_in_line": True,
    "registration": None,
    "systems": ["haccp", "other"],
    "systems.other": "ASC",
    "system_kind": "new",
    "barcode_now": "none",
    "barcode_items": "to_100",
    "scope": "Xưởng khô cá",
    "present": "Đã có sổ.\nChưa có quy trình.",
    "goal": "Có chứng nhận",
    "indicator": None,
    "start": "months_3",
    "months": 6,
    "cost": "to_100",
    "own_share": "from_30",
    "public_money": False,
    "contact_name": "Nguyễn Thị Ví Dụ",
    "position": "Phụ trách chất lượng",
    "phone": "+84912345678",
    "email": "vidu@example.com",
    "representative": "Trần Văn Ví Dụ",
    "representative_position": "Giám đốc",
    "paper_registration": {"file": "f" * 24, "name": "giấy đăng ký.pdf"},
    "declaration": True,
    "effort": "project",
}


@cache
def programme(place: str = "an-giang") -> Programme:
    return load(read_bundle(CONTENT, place))


def sent(**answers: Json) -> Application:
    submission = Submission(
        1, 1, "support_application", programme().release, {**ANSWERS, **answers}, "web", AT, AT, "sent", AT, 7
    )
    return Application(
        submission, (Numbered(1, "AG-2026-00042", "management_system"), Numbered(2, "AG-2026-00043", "barcode"))
    )


async def letter(place: str = "an-giang", content: Path = CONTENT, **answers: Json) -> Letter:
    return opened(await documents.application(sent(**answers), programme(place), content))


def opened(document: bytes) -> Letter:
    return Document(BytesIO(document))


def lines(made: Letter) -> list[str]:
    return [paragraph.text for paragraph in made.paragraphs if paragraph.text]


def rows(made: Letter) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in made.tables for row in table.rows]


def told(made: Letter) -> dict[str, str]:
    """Label → answer of the tables with two columns."""
    return {row[0]: row[1] for row in rows(made)[:-1] if len(row) == 2}


async def test_it_holds_every_answer_under_its_name_and_nothing_that_was_skipped():
    made, form = told(await letter()), programme().forms["support_application"]
    wanted = {
        label(form, question, programme(), "vi"): shown(question, ANSWERS, programme(), "vi")
        for question in form.questions
        if ANSWERS.get(question.id) is not None and question.section not in ("request", "declaration")
    }
    wanted["Địa bàn"] = "Phường Long Xuyên, tỉnh An Giang"
    assert made == wanted
    assert made["Số lao động"] == "1.250 người"
    assert made["Hệ thống cần áp dụng"] == "HACCP; Hệ thống khác: ASC"
    assert made["Điện thoại"] == "0912 345 678"
    assert made["Hiện trạng"] == "Đã có sổ.\nChưa có quy trình."
    assert made["Giấy đăng ký hoặc quyết định thành lập"] == "giấy đăng ký.pdf"
    assert "Giấy đăng ký (số và ngày)" not in made


async def test_it_names_the_cases_the_agency_and_the_moment():
    made = await letter()
    assert rows(made)[:3] == [
        ["STT", "Nội dung", "Mã hồ sơ"],
        ["1", "Hệ thống quản lý", "AG-2026-00042"],
        ["2", "Mã số, mã vạch", "AG-2026-00043"],
    ]
    assert lines(made)[:6] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "…………………, ngày …… tháng …… năm ………",
        "ĐƠN ĐỀ NGHỊ HỖ TRỢ",
        "nâng cao năng suất, chất lượng sản phẩm, hàng hóa",
        "Kính gửi: Sở Khoa học và Công nghệ tỉnh An Giang",
    ]
    assert lines(made)[6].startswith("Công ty Ví Dụ đề nghị được xem xét hỗ trợ")
    assert "1. Đơn vị" in lines(made)
    assert "lúc 09:30 23/11/2026" in made.sections[0].footer.paragraphs[0].text
    (_, signature) = rows(made)[-1]
    assert signature.split("\n")[:2] == ["ĐẠI DIỆN ĐƠN VỊ", "Giám đốc"]
    assert signature.endswith("\nTrần Văn Ví Dụ")


async def test_it_is_laid_out_as_official_letters_are():
    section, style = (made := await letter()).sections[0], made.styles["Normal"]
    sides = section.page_width, section.page_height, section.left_margin, section.right_margin
    assert [round(side.mm) for side in sides if side] == [210, 297, 30, 15]
    assert (style.font.name, style.font.size) == ("Times New Roman", Pt(13))


@pytest.mark.parametrize("typed", HOSTILE)
async def test_what_was_typed_stays_as_it_was_typed(typed):
    made = await letter(unit_name=typed, scope=typed, representative=typed)
    assert told(made)["Tên đơn vị"] == typed
    assert told(made)["Làm cho sản phẩm, khâu nào"] == typed
    assert rows(made)[-1][1].endswith(f"\n{typed}")
    assert lines(made)[6].startswith(f"{typed} đề nghị")


@pytest.mark.parametrize("case", [str.lower, str.upper])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_every_vietnamese_letter_is_right_and_composed(case, form):
    letters = case(LETTERS)
    made = await letter(unit_name=unicodedata.normalize(form, letters))
    assert told(made)["Tên đơn vị"] == unicodedata.normalize("NFC", letters)


async def test_what_no_document_can_hold_is_left_out():
    made = await letter(scope="a\x00b\x07c\x0cd\ud800e\uffff\u202e\x85f\r\ng")
    assert told(made)["Làm cho sản phẩm, khâu nào"] == "abcdef\ng"


async def test_a_personal_number_stands_in_full_since_the_letter_is_signed():
    made = await letter(group="household", tax_code="001199012345")
    assert told(made)["Mã số thuế"] == "001199012345"


async def test_a_programme_s_own_template_takes_the_place_of_the_common_one(tmp_path):
    own = tmp_path / "an-giang" / "documents"
    own.mkdir(parents=True)
    page = Document()
    page.add_paragraph("Gửi {{ agency }}: {{ answers.goal }}|{{ answers.never_asked }}|{{ facts.phone }}")
    page.save(str(own / "support_application.docx"))
    assert lines(await letter(content=tmp_path)) == [
        "Gửi Sở Khoa học và Công nghệ tỉnh An Giang: Có chứng nhận||đang cập nhật"
    ]


@pytest.mark.parametrize(
    "wrong",
    ["{{ agncy }}", "{{ unit.__class__.__mro__ }}", "{{ cases.append(1) }}", "{% for %}", "{{ facts.pop('phone') }}"],
)
def test_a_template_that_names_what_is_not_there_or_reaches_further_is_refused(wrong):
    page, written = Document(), BytesIO()
    page.add_paragraph(wrong)
    page.save(written)
    with pytest.raises(TemplateError):
        fill(written.getvalue(), documents.values(sent(), programme()))


async def test_hanoi_s_letter_goes_to_hanoi_and_names_its_own_supports():
    one = Application(
        replace(sent().submission, answers={"unit_name": "Công ty Ví Dụ", "solutions": ["tool", "smart"]}),
        (Numbered(1, "HN-2026-00001", "model_enterprise"),),
    )
    made = opened(await documents.application(one, programme("ha-noi"), CONTENT))
    assert lines(made)[5] == "Kính gửi: Sở Khoa học và Công nghệ thành phố Hà Nội"
    assert rows(made)[1] == ["1", "Doanh nghiệp điểm", "HN-2026-00001"]
    assert told(made)["Giải pháp áp dụng cùng lúc"] == "Công cụ năng suất (5S, Kaizen, Lean…); Sản xuất thông minh"


def test_the_template_is_what_the_script_makes():
    made, kept = BytesIO(), CONTENT / "common" / "documents" / "support_application.docx"
    runpy.run_path(str(CONTENT / "make_documents.py"))["letter"]().save(made)
    assert parts(made) == parts(kept)


def parts(document: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(document) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_template_holds_nobody_s_name_and_no_path():
    texts = b" ".join(parts(CONTENT / "common" / "documents" / "support_application.docx").values()).decode(
        errors="ignore"
    )
    assert not re.search(r"/(home|root|work|tmp|Users)/", texts)
    assert "<dc:creator></dc:creator>" in texts or "<dc:creator/>" in texts


def of(*lines: str) -> bytes:
    page, written = Document(), BytesIO()
    for line in lines:
        page.add_paragraph(line)
    page.save(written)
    return written.getvalue()


@pytest.mark.parametrize("place", ["an-giang", "ha-noi"])
def test_the_documents_of_the_content_can_be_filled(place):
    assert documents.check(CONTENT, programme(place)) == []


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("support_application", of("{{ agncy }}"), "'agncy' is undefined"),
        ("support_application", of("{{ answers.gaol }}"), "has no attribute 'gaol'"),
        ("support_application", of("{% if unit %}"), "endif"),
        ("support_application", b"PK no more", "this is no Word document"),
        ("suport_application", of("{{ unit }}"), "there is no form 'suport_application'"),
        ("support_application", of("{{ answers.goal }} {{ facts.phone }}"), ""),
        ("~$pport_application", b"a lock of Word", ""),
    ],
)
def test_an_author_is_told_what_is_wrong_with_a_document(tmp_path, name, written, said):
    folder = tmp_path / "an-giang" / "documents"
    folder.mkdir(parents=True)
    (folder / f"{name}.docx").write_bytes(written)
    found = documents.check(tmp_path, programme())
    assert [problem.file for problem in found] == ([f"an-giang/documents/{name}.docx"] if said else [])
    assert all(said in problem.message for problem in found)

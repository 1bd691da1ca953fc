"""Writes common/documents/support_application.docx, the letter that an application is printed as.

The letter is laid out as Decree 30/2020/NĐ-CP has official papers: A4, Times New Roman 13, margins of 20, 20, 30 and
15 mm. Where {{ … }} and {% … %} stand, docxtpl puts the answers in (bot/content/documents.py). Whoever wants it to
look differently changes the file in Word, for one programme as <programme>/documents/support_application.docx; this
script only shows how it was made. It needs what the programme itself needs:

    .venv/bin/python content/make_documents.py
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Letter
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FONT, SIZE = "Times New Roman", 13
CENTRE, RIGHT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
WIDE = 165  # mm between the margins
PLACE = Path(__file__).parent / "common" / "documents" / "support_application.docx"


def main() -> None:
    PLACE.parent.mkdir(exist_ok=True)
    letter().save(str(PLACE))


def letter() -> Letter:
    made = Document()
    _page(made)
    _head(made)
    _whom(made)
    _supports(made)
    _told(made)
    _declared(made)
    _signed(made)
    _foot(made)
    return made


def _page(made: Letter) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Mm, (20, 20, 30, 15))
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.element.rPr.rFonts.set(qn("w:cs"), FONT)
    style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(3), Pt(0)
    style.paragraph_format.line_spacing = 1.15
    properties = made.core_properties
    properties.title, properties.author, properties.comments = "Đơn đề nghị hỗ trợ", "", ""
    properties.language = "vi-VN"


def _head(made: Letter) -> None:
    _line(made, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, align=CENTRE, after=0)
    motto = _line(made, "Độc lập - Tự do - Hạnh phúc", bold=True, align=CENTRE, after=10)
    _rule(motto)
    _line(made, "…………………, ngày …… tháng …… năm ………", italic=True, align=RIGHT, after=12)
    _line(made, "ĐƠN ĐỀ NGHỊ HỖ TRỢ", bold=True, align=CENTRE, size=14, after=0)
    _line(made, "nâng cao năng suất, chất lượng sản phẩm, hàng hóa", bold=True, align=CENTRE, after=10)


def _whom(made: Letter) -> None:
    _line(made, "Kính gửi: {{ agency }}", bold=True, align=CENTRE, after=10)
    opening = "{{ unit }} đề nghị được xem xét hỗ trợ các nội dung dưới đây và xin cung cấp thông tin như sau:"
    _line(made, opening, align=BOTH, indent=10, after=6)


def _supports(made: Letter) -> None:
    _line(made, "I. NỘI DUNG ĐỀ NGHỊ HỖ TRỢ", bold=True, before=6)
    table = _table(made, [15, 105, 45], ["STT", "Nội dung", "Mã hồ sơ"])
    _repeated(table, "case in cases", ["{{ loop.index }}", "{{ case.support }}", "{{ case.number }}"])


def _told(made: Letter) -> None:
    """A table for each section of the form, however many there are and whatever they ask."""
    _line(made, "II. THÔNG TIN CỦA ĐƠN VỊ VÀ NỘI DUNG ĐỀ NGHỊ", bold=True, before=10)
    _line(made, "{%p for part in parts if part.id not in ['request', 'declaration'] %}")
    _line(made, "{{ loop.index }}. {{ part.title }}", bold=True, before=6).paragraph_format.keep_with_next = True
    table = _table(made, [60, 105], [])
    _repeated(table, "row in part.rows", ["{{ row.label }}", "{{ row.value }}"])
    _line(made, "{%p endfor %}")


def _declared(made: Letter) -> None:
    _line(made, "III. CAM KẾT", bold=True, before=10)
    for said in (
        "Đơn vị cam kết:",
        "1. Thông tin đã khai trong đơn này là đúng sự thật.",
        "2. Mỗi khoản chi chỉ đề nghị một nguồn ngân sách nhà nước.",
    ):
        _line(made, said, align=BOTH, indent=10)


def _signed(made: Letter) -> None:
    _line(made, "", after=6)
    table = made.add_table(rows=1, cols=2)
    _widths(table, [75, 90])
    left, right = table.rows[0].cells
    _keep_whole(table)
    _fill(left, "Nơi nhận:", bold=True, italic=True, size=12)
    _more(left, "- Như trên;", size=11)
    _more(left, "- Lưu: đơn vị.", size=11)
    _fill(right, "ĐẠI DIỆN ĐƠN VỊ", bold=True, align=CENTRE)
    _more(right, "{{ answers.representative_position }}", align=CENTRE)
    _more(right, "(Ký, ghi rõ họ tên, đóng dấu nếu có)", italic=True, align=CENTRE)
    for _ in range(4):
        _more(right, "", align=CENTRE)
    _more(right, "{{ answers.representative }}", bold=True, align=CENTRE)


def _foot(made: Letter) -> None:
    footer = made.sections[0].footer
    note = "Bản in từ trợ lý tự động của chương trình, theo thông tin đơn vị đã gửi lúc {{ sent }}. Trang "
    line = footer.paragraphs[0]
    _write(line, note, size=10, italic=True)
    _field(line, "PAGE")
    _write(line, "/", size=10, italic=True)
    _field(line, "NUMPAGES")


# ---------------------------------------------------------------------------------------------------------- tables


def _table(made: Letter, widths: Sequence[int], heads: Sequence[str]) -> Table:
    table = made.add_table(rows=1 if heads else 0, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, head in zip(table.rows[0].cells if heads else (), heads, strict=True):
        _fill(cell, head, bold=True, align=CENTRE)
    if heads:
        _on_every_page(table)
    _widths(table, widths)
    return table


def _repeated(table: Table, over: str, cells: Sequence[str]) -> None:
    """A row for each of them: the rows with the tags themselves vanish."""
    for texts in ([f"{{%tr for {over} %}}"], cells, ["{%tr endfor %}"]):
        row = table.add_row()
        for cell, text in zip(row.cells, texts, strict=False):
            _fill(cell, text)
        _unbroken(row)
    _widths(table, [round(column.width.mm) for column in table.columns])


def _widths(table: Table, widths: Sequence[int]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _on_every_page(table: Table) -> None:
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(_flag("w:tblHeader"))


def _unbroken(row: Any) -> None:
    """Not cut by the end of a page."""
    row._tr.get_or_add_trPr().append(_flag("w:cantSplit"))


def _keep_whole(table: Table) -> None:
    for row in table.rows:
        _unbroken(row)


def _fill(cell: _Cell, text: str, **look: Any) -> None:
    line = cell.paragraphs[0]
    _shape(line, **look)
    _write(line, text, **look)


def _more(cell: _Cell, text: str, **look: Any) -> None:
    line = cell.add_paragraph()
    _shape(line, **look)
    _write(line, text, **look)


# ----------------------------------------------------------------------------------------------------------- lines


def _line(made: Letter, text: str, **look: Any) -> Paragraph:
    line = made.add_paragraph()
    _shape(line, **look)
    _write(line, text, **look)
    return line


def _shape(
    line: Paragraph,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    before: int = 0,
    after: int = 3,
    indent: int = 0,
    **look: Any,
) -> None:
    line.alignment = align
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(after)
    line.paragraph_format.first_line_indent = Mm(indent) if indent else None


def _write(
    line: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: int = 0, **shape: Any
) -> None:
    run = line.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    run.font.size = Pt(size) if size else None


def _rule(line: Paragraph) -> None:
    """The line below the motto, as long as the motto itself."""
    line.runs[0].underline = True


def _field(line: Paragraph, name: str) -> None:
    """A number that Word fills in."""
    for mark in ("begin", "", "end"):
        run = line.add_run()
        run.italic, run.font.size = True, Pt(10)
        part = OxmlElement("w:fldChar" if mark else "w:instrText")
        if mark:
            part.set(qn("w:fldCharType"), mark)
        else:
            part.text = name
        run._r.append(part)


def _flag(name: str) -> Any:
    flag = OxmlElement(name)
    flag.set(qn("w:val"), "true")
    return flag


if __name__ == "__main__":
    main()

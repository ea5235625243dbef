"""The template of the notice: an A4 document in the official form with docxtpl's tags in it.

Built here so that it can be read and compared; an office changes it in a word processor: a copy
is written by `xuncha notice template`, and one in the home's layouts folder is used in its place.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import CharacterStyle

MARK = "系统计算"
"""The character style of everything computed: without its shading the notice is clean at once."""
ANNEXES = "〔附件表格〕"
"""The paragraph behind which the annexes are put; at the end where a template has none."""
STATISTICS = "〔统计附表〕"
"""The paragraph behind which tables of statistics are put; a template without it has none."""

_CENTER, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
# Fonts and sizes of official documents (GB/T 9704): 小标宋 二号, 黑体 and 仿宋 三号.
_STYLES: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
    ("通报标题", "方正小标宋简体", 22, {"align": _CENTER, "after": 12}),
    ("通报文号", "仿宋", 16, {"align": _CENTER, "after": 16}),
    ("通报主送", "仿宋", 16, {}),
    ("通报正文", "仿宋", 16, {"indent": 32}),
    ("通报一级", "黑体", 16, {"indent": 32}),
    ("通报二级", "楷体", 16, {"indent": 32}),
    ("通报落款", "仿宋", 16, {"align": _RIGHT}),
    ("编者注", "楷体", 10.5, {"after": 6}),
    ("附件标志", "黑体", 16, {}),
    ("附件标题", "方正小标宋简体", 18, {"align": _CENTER, "before": 6, "after": 8}),
    ("附件注", "仿宋", 11, {"before": 4}),
    ("表头", "黑体", 10.5, {"align": _CENTER, "line": 14}),
    ("表格居中", "仿宋", 10.5, {"align": _CENTER, "line": 14}),
    ("表格左齐", "仿宋", 10.5, {"line": 14}),
    ("统计图", "仿宋", 10.5, {"align": _CENTER, "line": 0}),
)
_LATIN = "Times New Roman"
_TEXT = (
    ("编者注", "{{ legend }}"),
    ("通报标题", "{{ title }}"),
    ("通报文号", "{{ number }}"),
    ("通报主送", "{{ addressee }}"),
    ("通报正文", "{{r basis }}"),
    ("通报一级", "一、总体情况"),
    ("通报正文", "{%p for line in summary %}"),
    ("通报正文", "{{r line }}"),
    ("通报正文", "{%p endfor %}"),
    ("统计图", "{%p for chart in charts %}"),
    ("统计图", "{{ chart }}"),
    ("统计图", "{%p endfor %}"),
    ("通报正文", "{%p if chart_note %}"),
    ("通报正文", "{{ chart_note }}"),
    ("通报正文", "{%p endif %}"),
    ("通报一级", "二、发现的主要问题"),
    ("通报正文", "{%p for section in findings %}"),
    ("通报二级", "{{ section.heading }}"),
    ("通报正文", "{%p for line in section.lines %}"),
    ("通报正文", "{{r line }}"),
    ("通报正文", "{%p endfor %}"),
    ("通报正文", "{%p endfor %}"),
    ("通报正文", "{%p if not findings %}"),
    ("通报正文", "检查中未发现存在突出问题的政府网站与政务新媒体。"),
    ("通报正文", "{%p endif %}"),
    ("通报一级", "三、下一步工作要求"),
    ("通报正文", "（请填写工作要求）"),
    ("通报正文", "存在问题的单位要立即整改，并于（请填写整改期限）前报送整改情况。联系人：（请填写）。"),
    ("通报正文", "{%p for name in annexes %}"),
    ("通报正文", "{{ name }}"),
    ("通报正文", "{%p endfor %}"),
    ("通报落款", "{{ signer }}"),
    ("通报落款", "（请填写印发日期）"),
    ("附件注", ANNEXES),
    ("附件注", STATISTICS),
)  # fmt: skip


def build() -> bytes:
    """The template as DOCX."""
    document = Document()
    _page(document)
    for name, font, size, wishes in _STYLES:
        _style(document, name, font, size, wishes)
    _mark(document)
    for style, text in _TEXT:
        document.add_paragraph(text, style=style)
    _page_number(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def _style(
    document: WordDocument, name: str, font: str, size: float, wishes: dict[str, Any]
) -> None:
    style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    fonts(style, font, size)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(wishes.get("before", 0)), Pt(wishes.get("after", 0))
    line = wishes.get("line", 28 if size > 14 else 18)
    if line:
        form.line_spacing = Pt(line if size < 20 else 32)
    if "indent" in wishes:
        form.first_line_indent = Pt(wishes["indent"])
    if "align" in wishes:
        form.alignment = wishes["align"]


def fonts(style: CharacterStyle, font: str, size: float | None = None) -> None:
    """Chinese text in that font, Latin letters and digits in the usual one."""
    style.font.name = _LATIN
    if size is not None:
        style.font.size = Pt(size)
    properties: Any = style.element.get_or_add_rPr()
    found = properties.find(qn("w:rFonts"))
    found.set(qn("w:eastAsia"), font)
    found.set(qn("w:hint"), "eastAsia")


def _mark(document: WordDocument) -> None:
    """A pale shading: seen on screen and paper, and gone when the style is changed."""
    style: Any = document.styles.add_style(MARK, WD_STYLE_TYPE.CHARACTER)
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", "FFF2CC")):
        shade.set(qn(f"w:{key}"), value)
    style.element.get_or_add_rPr().append(shade)


def _page_number(document: WordDocument) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = _CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)  # noqa: SLF001 -- python-docx has no fields of its own

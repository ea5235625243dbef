"""The notice as DOCX: the template filled, the annexes behind it, a watermark on a draft."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml.parser import parse_xml
from docx.shared import Mm

# docxtpl ships no types.
from docxtpl import DocxTemplate, InlineImage, RichText  # type: ignore[import-untyped]
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from report import zipping
from report.notice import annex_tables, charts
from report.notice.pieces import Computed
from report.notice.template import ANNEXES, MARK, STATISTICS
from report.notice.wording import notice_text
from report.statistics import tables as statistics_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as WordDocument

    from report.notice.pieces import Line
    from report.notice.wording import NoticeText
    from report.statistics import Statistics
    from report.table import AnnexSet

DRAFT = "草稿"
LEGEND = (
    f"编者注：浅黄底纹的内容由系统按巡查记录计算；定稿时修改字符样式“{MARK}”即可去掉底纹。"
    "括号内“请填写”处须人工填写。本段定稿时删去。"
)
_CHART_WIDTH = Mm(150)
# The shape type of WordArt text with its formulas: without them nothing is drawn.
_FORMULAS = (
    "sum #0 0 10800",
    "prod #0 2 1",
    "sum 21600 0 @1",
    "sum 0 0 @2",
    "sum 21600 0 @3",
    "if @0 @3 0",
    "if @0 21600 @1",
    "if @0 0 @2",
    "if @0 @4 21600",
    "mid @5 @6",
    "mid @8 @5",
    "mid @7 @8",
    "mid @6 @7",
    "sum @6 0 @5",
)
_WATERMARK = (
    '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>'
    + "".join(f'<v:f eqn="{one}"/>' for one in _FORMULAS)
    + '</v:formulas><v:path textpathok="t" o:connecttype="custom"'
    ' o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
    '<v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136"'
    ' style="position:absolute;margin-left:0;margin-top:0;width:360pt;height:180pt;rotation:315;'
    "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f"'
    ' fillcolor="silver" stroked="f"><v:fill opacity=".5"/>'
    f'<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{DRAFT}"/>'
    "</v:shape></w:pict></w:r></w:p>"
)


class TemplateFaultError(Exception):
    """A template of an office that cannot be filled; the message says why in Chinese."""


def docx_bytes(
    tables: AnnexSet,
    told: Statistics,
    *,
    template: bytes,
    pictures: Sequence[bytes],
    draft: bool = False,
) -> bytes:
    """The whole notice. The same data, template and pictures give the same bytes on any day."""
    names = [f"{annex.number}．{annex.title}" for annex in tables.annexes]
    filled = _filled(template, notice_text(told, names), pictures)
    document = Document(io.BytesIO(filled))
    _put_annexes(document, tables, told)
    if draft:
        _watermark(document)
    _fixed_properties(document, tables)
    out = io.BytesIO()
    document.save(out)
    return zipping.stable(out.getvalue())


def _filled(template: bytes, text: NoticeText, pictures: Sequence[bytes]) -> bytes:
    page = DocxTemplate(io.BytesIO(template))
    context: dict[str, Any] = {
        "legend": LEGEND,
        "title": text.title,
        "number": text.number,
        "addressee": text.addressee,
        "basis": _rich(text.basis),
        "summary": [_rich(line) for line in text.summary],
        "findings": [
            {"heading": one.heading, "lines": [_rich(line) for line in one.lines]}
            for one in text.findings
        ],
        "annexes": [
            f"附件：{name}" if place == 0 else f"　　　{name}"
            for place, name in enumerate(text.annexes)
        ],
        "signer": text.signer,
        "charts": [InlineImage(page, io.BytesIO(one), width=_CHART_WIDTH) for one in pictures],
        "chart_note": "" if pictures or charts.chinese_font() else charts.NO_FONT,
    }
    out = io.BytesIO()
    try:
        # Templates come from offices: they may name what is given here, and reach nothing else.
        page.render(context, SandboxedEnvironment(autoescape=True), autoescape=True)
    except (TemplateError, ValueError, KeyError) as error:
        raise TemplateFaultError(f"通报模板无法填写：{error}") from error
    page.save(out)
    return out.getvalue()


def _rich(line: Line) -> RichText:
    """The line with its computed pieces in the style that marks them."""
    rich = RichText()
    for piece in line:
        if isinstance(piece, Computed):
            rich.add(piece.text, style=MARK)
        elif piece:
            rich.add(piece)
    return rich


def _put_annexes(document: WordDocument, tables: AnnexSet, told: Statistics) -> None:
    """At the end of the document; the paragraphs that ask for them go."""
    wanted = {paragraph.text.strip(): paragraph for paragraph in document.paragraphs}
    for annex in tables.annexes:
        annex_tables.add_annex(document, annex)
    if STATISTICS in wanted:
        annex_tables.add_statistics(document, statistics_tables(told))
    for mark in (ANNEXES, STATISTICS):
        if mark in wanted:
            element: Any = wanted[mark]._p  # noqa: SLF001 -- python-docx removes no paragraphs
            element.getparent().remove(element)


def _watermark(document: WordDocument) -> None:
    for place, section in enumerate(document.sections):
        header = section.header
        if place == 0 or not header.is_linked_to_previous:
            header.is_linked_to_previous = False
            header._element.append(parse_xml(_WATERMARK))  # noqa: SLF001 -- VML has no interface


def _fixed_properties(document: WordDocument, tables: AnnexSet) -> None:
    """No moment of writing: the window's last day stands for it."""
    properties = document.core_properties
    moment = datetime.fromisoformat(tables.dated).replace(tzinfo=UTC)
    properties.created = properties.modified = moment
    properties.author = properties.last_modified_by = "巡查"
    properties.title = tables.window
    properties.comments = ""
    properties.revision = 1

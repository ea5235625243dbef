"""Files that somebody uploads with ill intent: spreadsheets, pictures, archives, overlays, names.

SPREADSHEETS   what is given to the import of a registry, by file name
PICTURES       what is given as a screenshot of a look
FEEDBACK       what is given as a unit's feedback: kept as it is, never opened
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from democity.hostile import CALL, EVIL, drawn, huge_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEADER = "网站标识码,网站名称,首页网址,地区\n"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_BOOK = (
    '<?xml version="1.0"?>{doctype}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="x" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET = (
    '<?xml version="1.0"?>{doctype}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>'
)
_LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="{target}"/></Relationships>'
)
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def book(rows: str = "", *, doctype: str = "", target: str = "worksheets/sheet1.xml") -> bytes:
    """A workbook of one sheet, written by hand."""
    parts = {
        "[Content_Types].xml": _TYPES,
        "xl/workbook.xml": _BOOK.format(doctype=doctype),
        "xl/_rels/workbook.xml.rels": _LINKS.format(target=target),
        "xl/worksheets/sheet1.xml": _SHEET.format(rows=rows, doctype=doctype),
    }
    return archive({name: text.encode() for name, text in parts.items()})


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these names, whatever they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in files.items():
            made.writestr(name, body)
    return out.getvalue()


def bomb(megabytes: int = 300) -> bytes:
    """A workbook that unpacks to hundreds of megabytes."""
    packed = {"xl/workbook.xml": b"<workbook/>"}
    packed["xl/worksheets/sheet1.xml"] = b"0" * (megabytes * 1024 * 1024)
    return archive(packed)


def _table(*rows: str) -> bytes:
    return (HEADER + "".join(f"{row}\n" for row in rows)).encode("utf-8-sig")


SPREADSHEETS: Mapping[str, Callable[[], bytes]] = {
    "formula.csv": lambda: _table("9709000001,=cmd|'/c calc'!A1,http://a.gov.cn/,东岭市"),
    "plus.csv": lambda: _table("9709000002,+1+cmd|'/c calc'!A1,http://a.gov.cn/,东岭市"),
    "at.csv": lambda: _table("9709000003,@SUM(1),http://a.gov.cn/,东岭市"),
    "tab.csv": lambda: _table('9709000004,"\t=1+1",http://a.gov.cn/,东岭市'),
    "address.csv": lambda: _table("9709000005,局,javascript:alert(1),东岭市"),
    "outside.csv": lambda: _table("9709000006,局,file:///etc/passwd,东岭市"),
    "null.csv": lambda: _table("9709000007,局\0,http://a.gov.cn/,东岭市"),
    "unending.csv": lambda: _table('9709000008,"' + "局" * 400_000 + ",http://a.gov.cn/,东岭市"),
    "bomb.xlsx": bomb,
    "laughs.xlsx": lambda: book(
        "<row><c t='inlineStr'><is><t>&j;</t></is></c></row>", doctype=LAUGHS
    ),
    "outside.xlsx": lambda: book(
        "<row><c t='inlineStr'><is><t>&x;</t></is></c></row>",
        doctype='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ),
    "astray.xlsx": lambda: book(target="../../../../etc/passwd"),
    "wide.xlsx": lambda: book('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "names.xlsx": lambda: archive(
        {"../../../../tmp/evil": b"x", "xl/workbook.xml": b"<workbook/>"}
    ),
    "<script>alert(1)</script>.csv": lambda: b"\x00\xff\xfe rubbish",
    "../../../../etc/cron.d/evil.csv": lambda: b"x,y\n1,2\n",
    "empty.xlsx": lambda: b"",
}
PICTURES: Mapping[str, Callable[[], bytes]] = {
    "drawn.svg": drawn,
    "drawn.png": drawn,
    "program.png": lambda: b"MZ\x90\0",
    "page.jpg": f"<html><script>{CALL}</script></html>".encode,
    "bomb.png": bomb,
    "large.png": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * (10 * 1024 * 1024 + 1),
}
"""Each of these is refused."""
HUGE = huge_picture
"""A picture that is one, too large to draw: kept, and only ever shown by the browser."""
FEEDBACK: Mapping[str, Callable[[], bytes]] = {
    "../../etc/\u202e回函<b>.html": f"<script>{CALL}</script>".encode,
    "回函.svg": drawn,
    "回函.xlsx": bomb,
    "=cmd|'/c calc'!A1.csv": f'=HYPERLINK("{EVIL}","x")\n'.encode,
}

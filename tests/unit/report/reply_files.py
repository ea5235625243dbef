"""Reply documents made for tests: DOCX parts by hand, PDF with a text layer of Chinese."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

GOOD = (
    "邵东市教育局",
    "政府信息公开申请答复告知书",
    "邵东教公开复〔2023〕第5号",
    "张三先生：",
    "我局于2023年3月1日收到您提出的政府信息公开申请。",
    "经审查，根据《中华人民共和国政府信息公开条例》第三十六条第（一）项的规定，答复如下：",
    "您申请的信息已主动公开。",
    "如对本答复不服，可以自收到之日起六十日内向邵东市人民政府申请行政复议，或者六个月内向人民法院提起行政诉讼。",
    "邵东市教育局",
    "二〇二三年三月十五日",
)
SEAL = (
    '<w:drawing><wp:anchor><wp:extent cx="{0}" cy="{0}"/><a:graphic><a:graphicData>'
    '<a:blip r:embed="rId9"/></a:graphicData></a:graphic></wp:anchor></w:drawing>'
)
CM = 360_000
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def paragraph(text: str, more: str = "") -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t>{more}</w:r></w:p>"


def document(inside: str) -> bytes:
    text = f'<?xml version="1.0"?><w:document {_SPACES}><w:body>{inside}</w:body></w:document>'
    return text.encode()


def package(main: bytes, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", main)
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/"), body)
    return out.getvalue()


def docx(lines: Sequence[str] = GOOD, *, seal: bool = True) -> bytes:
    """The seal hangs on the last line."""
    made = [paragraph(one) for one in lines]
    if seal:
        made[-1] = paragraph(lines[-1], SEAL.format(4 * CM))
    return package(document("".join(made)))


def page(lines: Sequence[str] = GOOD, more: str = '<img src="seal.png" width="160">') -> bytes:
    inside = "".join(f"<p>{escape(one)}</p>" for one in lines)
    return f"<html><head><title>x</title></head><body>{inside}{more}</body></html>".encode()


def pdf(
    lines: Sequence[str] = GOOD, *, picture: tuple[float, float, float, float] | None = None
) -> bytes:
    """One page; `picture` is drawn with that width, height, left and bottom in points."""
    drawn = "".join(
        f"BT /F1 12 Tf 60 {780 - 24 * place} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
        for place, text in enumerate(lines)
    )
    if picture is not None:
        wide, high, left, low = picture
        drawn = f"q {wide} 0 0 {high} {left} {low} cm /Im1 Do Q\n{drawn}"
    known = sorted({one for text in lines for one in text})
    mapped = "".join(
        f"1 beginbfchar\n<{ord(one):04x}> <{ord(one):04x}>\nendbfchar\n" for one in known
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{mapped}endcmap end end"
    )
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> /XObject << /Im1 8 0 R >> >> >>"),
        _stream(drawn),
        ("<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H"
        " /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>"),
        ("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>"),
        _stream(cmap),
        _stream("\0\0\0", "/Type /XObject /Subtype /Image /Width 1 /Height 1"
                " /ColorSpace /DeviceRGB /BitsPerComponent 8 "),
    ]  # fmt: skip
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))
    table = out.tell()
    out.write(f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{place:010d} 00000 n \n".encode() for place in places)
    out.write(
        f"trailer << /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF".encode()
    )
    return out.getvalue()


def _stream(text: str, more: str = "") -> str:
    return f"<< {more}/Length {len(text)} >>\nstream\n{text}\nendstream"

"""DOCX into a reading, without a word processor: bounded, no entities, no macros run."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from lxml import etree

from report.replies.document import (
    LINE_CHARACTERS,
    MOST_LINES,
    Doubt,
    Picture,
    Reading,
    UnjudgedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

PART_BYTES = 16 * 1024 * 1024
UNPACKED_BYTES = 256 * 1024 * 1024
ENTRIES = 4000
DEPTH = 200
MOST_PICTURES = 200
SCANNED_CHARACTERS = 30
_MAIN = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IMAGE_DATA = "{urn:schemas-microsoft-com:vml}imagedata"
_EMU_A_CENTIMETRE = 360_000
_BREAKS = {f"{_W}br", f"{_W}cr"}
# Text that was struck out, or stands a second time for older programs.
_SKIPPED = {f"{_W}del", f"{_W}moveFrom", f"{_MC}Fallback", f"{_W}instrText", f"{_W}delText"}


def read(body: bytes) -> Reading:
    """The paragraphs of the document in their order, with the pictures beside them.

    Raises UnjudgedError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = _checked(archive)
            root = _root(_part(archive, _MAIN))
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        KeyError,
    ) as error:
        raise UnjudgedError(Doubt.BROKEN) from error
    except RuntimeError as error:  # what zipfile raises for an encrypted entry
        raise UnjudgedError(Doubt.ENCRYPTED) from error
    except ValueError as error:
        raise UnjudgedError(Doubt.BROKEN) from error
    lines, pictures = _paragraphs(root)
    if not lines and not pictures:
        raise UnjudgedError(Doubt.EMPTY)
    if pictures and sum(map(len, lines)) < SCANNED_CHARACTERS:
        raise UnjudgedError(Doubt.SCANNED)
    notes = (
        ("文件带有宏，没有运行",) if any(one.endswith("vbaProject.bin") for one in names) else ()
    )
    return Reading(tuple(lines), tuple(pictures), notes=notes)


def _checked(archive: zipfile.ZipFile) -> list[str]:
    entries = archive.infolist()
    if len(entries) > ENTRIES or sum(one.file_size for one in entries) > UNPACKED_BYTES:
        raise UnjudgedError(Doubt.TOO_LARGE)
    names = [one.filename for one in entries]
    if _MAIN not in names:
        kind = "OFD 版式文件" if "OFD.xml" in names else ""
        raise UnjudgedError(Doubt.UNSUPPORTED if kind else Doubt.BROKEN, kind)
    return names


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part, never more than the bound whatever its header says."""
    with archive.open(name) as part:
        body = part.read(PART_BYTES + 1)
    if len(body) > PART_BYTES:
        raise UnjudgedError(Doubt.TOO_LARGE)
    return body


def _root(body: bytes) -> Any:
    """The tree; a document type is refused, for entities expand and reach outside."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise UnjudgedError(Doubt.BROKEN, "含有不允许的 XML 声明")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnjudgedError(Doubt.BROKEN) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnjudgedError(Doubt.BROKEN, "含有不允许的 XML 声明")
    return root


def _paragraphs(root: Any) -> tuple[list[str], list[Picture]]:
    lines: list[str] = []
    pictures: list[Picture] = []
    text: list[str] = []

    def close() -> None:
        line = "".join(text).strip()
        text.clear()
        if line and len(lines) < MOST_LINES:
            lines.append(line[:LINE_CHARACTERS])

    for event, element in _walk(root):
        if event == "end":
            if element.tag == f"{_W}p" or element.tag in _BREAKS:
                close()
        elif element.tag == f"{_W}t":
            text.append(element.text or "")
        elif element.tag == f"{_W}tab":
            text.append(" ")
        elif element.tag in {_BLIP, _IMAGE_DATA} and len(pictures) < MOST_PICTURES:
            pictures.append(_picture(element, len(lines)))
    close()
    return lines, pictures


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    """Starts and ends of elements without recursion; what is struck out is left out."""
    stack = [(root, iter(root))]
    yield "start", root
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "end", element
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED and len(stack) < DEPTH:
            yield "start", child
            stack.append((child, iter(child)))


def _picture(blip: Any, line: int) -> Picture:
    """Its size as the drawing around it states; the older form states none that is read."""
    for above in blip.iterancestors():
        extent = above.find(_EXTENT)
        if extent is not None:
            return Picture(line, _centimetres(extent.get("cx")), _centimetres(extent.get("cy")))
        if above.tag == f"{_W}p":
            break
    return Picture(line)


def _centimetres(emu: str | None) -> float:
    if emu is None or not emu.isascii() or not emu.isdecimal() or len(emu) > 12:
        return 0.0
    return round(int(emu) / _EMU_A_CENTIMETRE, 1)

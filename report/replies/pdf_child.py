"""Reads one PDF from standard input and tells what is in it as JSON: run in a process of its own.

PDFs can make their readers loop or grow without end: this process has bounds on memory and
processor time that the system enforces, and whoever started it stops waiting.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import resource
import sys
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

MEMORY_BYTES = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 20
MOST_PAGES = 40
MOST_PICTURES = 200
PAGE_CHARACTERS = 200_000
_POINTS_A_CENTIMETRE = 28.35


def main() -> None:
    """Read, tell, end. A reader that fails ends with the reason instead."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(told(sys.stdin.buffer.read()), ensure_ascii=False))


def told(body: bytes) -> dict[str, Any]:
    """Text and pictures of each page, whether anything is signed; or `fault`."""
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"fault": "encrypted"}
        count = len(reader.pages)
        places = [*range(min(count, MOST_PAGES))]
        return {
            "pages": [_page(reader.pages[place]) for place in places],
            "count": count,
            "signed": _signed(reader),
        }
    except MemoryError:
        return {"fault": "too_large"}
    except RecursionError:
        return {"fault": "broken"}
    # pypdf has an error of its own for what it foresees; a damaged file raises all of these.
    except (
        PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
        ArithmeticError, NotImplementedError, EOFError, OSError,
    ) as error:  # fmt: skip
        encrypted = "encrypt" in str(error).lower() or "decrypt" in str(error).lower()
        return {"fault": "encrypted" if encrypted else "broken"}


def _page(page: Any) -> dict[str, Any]:
    """Its lines, and its pictures as they are drawn: `[top, width, height, covers]`.

    `top` is how far down the page a picture's middle lies, from 0.0 to 1.0.
    """
    wide, high = float(page.mediabox.width) or 1.0, float(page.mediabox.height) or 1.0
    named = _pictures(page)
    drawn: list[list[float]] = []

    def see(operator: bytes, operands: Any, matrix: Any, _text: Any) -> None:
        if operator != b"Do" or not operands or len(drawn) >= MOST_PICTURES:
            return
        if str(operands[0]) not in named:
            return
        across = (matrix[0] ** 2 + matrix[1] ** 2) ** 0.5
        down = (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5
        middle = matrix[5] + (matrix[3] + matrix[1]) / 2
        covers = across >= 0.7 * wide and down >= 0.7 * high
        drawn.append(
            [
                round(min(1.0, max(0.0, 1 - middle / high)), 3),
                round(across / _POINTS_A_CENTIMETRE, 1),
                round(down / _POINTS_A_CENTIMETRE, 1),
                float(covers),
            ]
        )

    text = page.extract_text(visitor_operand_before=see) or ""
    return {"text": text[:PAGE_CHARACTERS], "pictures": drawn}


def _pictures(page: Any) -> set[str]:
    """The names under which the page draws pictures, or forms that hold some."""
    found: set[str] = set()
    resources = _object(page.get("/Resources"))
    for name, reference in _object(resources.get("/XObject")).items():
        if _holds_picture(_object(reference), 3):
            found.add(str(name))
    return found


def _holds_picture(form: Any, depth: int) -> bool:
    if form.get("/Subtype") == "/Image":
        return True
    if form.get("/Subtype") != "/Form" or not depth:
        return False
    inside = _object(_object(form.get("/Resources")).get("/XObject"))
    return any(_holds_picture(_object(one), depth - 1) for one in list(inside.values())[:50])


def _signed(reader: Any) -> bool:
    """Whether a signature field is filled, or a stamp is set on one of the last pages."""
    with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):
        for page in reader.pages[-3:]:
            for reference in list(page.get("/Annots") or [])[:200]:
                note = _object(reference)
                field = note if "/FT" in note else _object(note.get("/Parent"))
                if note.get("/Subtype") == "/Stamp":
                    return True
                if field.get("/FT") == "/Sig" and field.get("/V") is not None:
                    return True
    return False


def _object(reference: Any) -> Any:
    """What a reference points to, where that is a dictionary; else an empty one."""
    found = reference.get_object() if hasattr(reference, "get_object") else reference
    return found if isinstance(found, dict) else DictionaryObject()


if __name__ == "__main__":
    main()

"""One file of a reply into what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from report.replies import closing, docx, files, html, pdf
from report.replies.document import Doubt, UnjudgedError
from report.replies.elements import Presence, elements
from report.replies.plain import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from report.replies.document import Reading
    from report.replies.elements import Element
    from report.replies.files import Source

_TELLING = 4
"""Shorter names end those of too many others."""
COMPLETE, MISSING, UNDETERMINED = "complete", "missing", "undetermined"
_WORDS = {COMPLETE: "要素齐全", MISSING: "要素不全", UNDETERMINED: "待人工核对"}
_READERS = {"docx": docx.read, "pdf": pdf.read, "html": html.read}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is told of one file: its elements, or the doubt why it was not judged.

    `unit` is the registered unit that it belongs to, empty where that is not known.
    """

    file: str
    unit: str = ""
    doubt: Doubt | None = None
    detail: str = ""
    elements: tuple[Element, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Element, ...]:
        """What is not there."""
        return tuple(one for one in self.elements if one.presence is Presence.MISSING)

    @property
    def unsure(self) -> tuple[Element, ...]:
        """What a person has to look at."""
        return tuple(one for one in self.elements if one.presence is Presence.UNDETERMINED)

    @property
    def state(self) -> str:
        """`complete`, `missing` or `undetermined`."""
        if self.doubt is not None or (self.unsure and not self.missing):
            return UNDETERMINED
        return MISSING if self.missing else COMPLETE

    @property
    def chinese(self) -> str:
        """The state as a person reads it."""
        return _WORDS[self.state]

    def sentence(self) -> str:
        """What is wrong or unsure, in one line; empty where everything is there."""
        if self.doubt is not None:
            return self.detail or self.doubt.chinese
        parts = [f"缺{one.name.value}（{one.told}）" for one in self.missing]
        parts += [f"{one.name.value}待核实（{one.told}）" for one in self.unsure]
        return "；".join((*parts, *self.notes))

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {
            "file": self.file,
            "unit": self.unit or None,
            "state": self.state,
            "reason": self.doubt.value if self.doubt else None,
            "told": self.sentence(),
            "elements": [
                {"name": one.name.value, "presence": one.presence.value, "told": one.told}
                for one in self.elements
            ],
            "notes": list(self.notes),
        }


def replies(
    sources: Iterable[Source], units: Sequence[str], *, unit: str, today: date
) -> Iterator[Reply]:
    """What is told of each file. Of which unit it is: `unit` where given, else the folder that is

    called like one of the registered `units`, else the one that signs.
    """
    known = {squeezed(one): one for one in units}
    for source in sources:
        yield _reply(source, known, unit, today)


def _reply(source: Source, known: dict[str, str], unit: str, today: date) -> Reply:
    owner = unit or _folder_unit(source, known)
    if source.doubt is not None:
        return Reply(source.name, owner, source.doubt)
    try:
        reading = _READERS[files.kind_of(source.body)](source.body)
        owner = owner or _signing_unit(reading, known)
        found = elements(reading, today)
    except UnjudgedError as error:
        return Reply(source.name, owner, error.doubt, str(error))
    return Reply(source.name, owner, elements=found, notes=reading.notes)


def _folder_unit(source: Source, known: dict[str, str]) -> str:
    named = [known[squeezed(one)] for one in reversed(source.folders) if squeezed(one) in known]
    return named[0] if named else ""


def _signing_unit(reading: Reading, known: dict[str, str]) -> str:
    """The registered unit whose name a line that signs ends with: 邵阳市司法局 is 市司法局.

    A name at its head is another's: 邵阳市档案馆 is not 邵阳市.
    """
    for line in closing.signature([squeezed(line) for line in reading.lines]):
        found = [name for name in known if len(name) >= _TELLING and line.endswith(name)]
        if found:
            return known[max(found, key=len)]
    return ""

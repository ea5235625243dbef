"""Xiaohongshu's pages before 2022: `__INITIAL_SSR_STATE__`, with printed times on its notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.platforms.payload import assigned, first, listing, mapping, objects, yes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.platforms.dispatch import Page

_NAME: Final = "__INITIAL_SSR_STATE__"


def notes_of(page: Page) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """The profile (empty on a note's page) and the notes; None for a page of another age."""
    if _NAME not in page.source:
        return None
    found = list(objects(assigned(page.source, _NAME)))
    notes = [note for obj in found for note in _notes(obj)]
    user = next((mapping(obj["userDetail"]) for obj in found if obj.get("userDetail")), {})
    return (_modern(user), notes) if user or notes else None


def _notes(obj: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The note of a note's page, or the list of a profile; never the recommended ones."""
    for entry in [obj.get("noteInfo"), *listing(obj.get("notesDetail"))]:
        note = mapping(entry)
        if first(note, "id") is not None:
            yield note


def _modern(user: dict[str, Any]) -> dict[str, Any]:
    """The profile under the names that today's pages use."""
    named = first(user, "officialVerifyName", "verifyContent")
    return {
        "basicInfo": {"nickname": user.get("nickname"), "userId": user.get("id")},
        "verifyInfo": {
            "redOfficialVerifyType": user.get("redOfficialVerifyType"),
            "redOfficialVerifyContent": named if yes(user.get("officialVerified")) else None,
        },
    }

"""The messages of a period from the tables, each with the unit whose site it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models import ReaderMessage
from report.messages.counting import Message, MessageFigures, figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

UNREGISTERED = "名录外网站"
"""The row of messages about sites that are in no register."""


def messages(
    session: Session, span: tuple[date, date], places: Mapping[str, tuple[str, str]]
) -> list[Message]:
    """The messages that came on the days of the span, both included, in the order they came.

    `places` tells of each site code the unit that it is counted under, and its name.
    """
    chosen = (
        select(ReaderMessage)
        .where(ReaderMessage.received_on >= span[0], ReaderMessage.received_on <= span[1])
        .order_by(ReaderMessage.received_on, ReaderMessage.number)
    )
    return [_message(one, places) for one in session.scalars(chosen)]


def read(
    session: Session,
    span: tuple[date, date],
    *,
    units: Sequence[str],
    places: Mapping[str, tuple[str, str]],
) -> MessageFigures | None:
    """What is told of the messages of a span; None where none is known."""
    return figures(messages(session, span, places), units, span)


def _message(row: ReaderMessage, places: Mapping[str, tuple[str, str]]) -> Message:
    unit, name = places.get(row.site_code, (UNREGISTERED, row.site_name or row.site_code))
    return Message(
        row.number,
        unit,
        name,
        row.site_code,
        row.kind,
        row.state,
        row.received_on,
        row.closed_on,
        row.due_on,
        row.listed_on,
    )

"""One target's registry fields changed at the desk, by the rules that files are imported by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models import Site, Unit
from registry.reading import Row, Sheet
from registry.rows import BadRow, records, table
from registry.schema import SCHEMAS, Kind
from registry.store import Change, Store
from web.desk import DeskError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from models import Target

# What a target is known by does not change here: another one would be made.
_FIXED = {
    Kind.SITES: frozenset({"网站标识码", "上级地区"}),
    Kind.ACCOUNTS: frozenset({"账号名称", "账号类型", "开设主体", "账号唯一标识", "上级地区"}),
}


def kind_of(target: Target) -> Kind:
    """The kind of file that a target comes from."""
    return Kind.SITES if isinstance(target, Site) else Kind.ACCOUNTS


def cells(session: Session, target: Target) -> dict[str, tuple[str, bool]]:
    """The registry's columns by heading: the text as a file would hold it, and whether it is fixed."""
    kind = kind_of(target)
    region = session.scalar(select(Unit.name).where(Unit.id == target.unit_id)) or ""
    told = {}
    for field in SCHEMAS[kind].fields:
        if field.attribute == "parent_region":
            continue
        value = region if field.attribute == "region" else getattr(target, field.attribute)
        text = "" if value is None else field.show(value)
        told[field.heading] = (text, field.heading in _FIXED[kind])
    return told


def edit(session: Session, target: Target, given: Mapping[str, str]) -> dict[str, list[Any]]:
    """Change the fields of a target; what changed as heading → [before, after].

    Raises DeskError with every reason why a value cannot be.
    """
    kind = kind_of(target)
    before = cells(session, target)
    wanted = {
        heading: text if fixed else given.get(heading, text)
        for heading, (text, fixed) in before.items()
    }
    sheet = Sheet("", (Row(1, tuple(wanted)), Row(2, tuple(wanted.values()))))
    found = table(sheet)
    if found is None or found.kind is not kind:
        raise DeskError(422, "登记信息不完整")
    record = next(iter(records(found)))
    if isinstance(record, BadRow):
        raise DeskError(422, record.reason)
    try:
        change = Store(session).put(record, "本对象")
    except ValueError as error:
        raise DeskError(422, str(error)) from error
    if change is Change.ADDED:
        raise DeskError(409, "这会成为另一个对象，请用名录导入登记")
    session.flush()
    after = cells(session, target)
    return {
        heading: [before[heading][0], after[heading][0]]
        for heading in before
        if before[heading][0] != after[heading][0]
    }

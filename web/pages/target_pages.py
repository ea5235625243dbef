"""One site or account: everything known of it, its registry fields, waivers, dead links."""

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from checks.deadlines import beijing_day
from checks.registry import BY_CODE
from checks.ruleset import Ruleset, RulesetError
from models import Account, Column, Site, Target
from report import links
from review import rulesets, waivers
from web import audit
from web.desk import Desk, DeskError
from web.identity import desk_of
from web.pages.captures import download
from web.pages.given import Fields, Operator, Reader, Registrar, Short, day, whole_number
from web.pages.undetermined import target_of
from web.reading import target_case
from web.reading.current import whole_nights
from web.registry_edit import cells, edit
from web.scope import covers
from web.templating import render, tell

router = APIRouter()


@router.get("/targets/{target_id}")
def show(request: Request, person: Reader, target_id: int) -> Response:
    """The page of one target."""
    desk = desk_of(request)
    with desk.readers() as session:
        target = target_of(session, person, target_id)
        runs = whole_nights(session, most=1)
        last = beijing_day(runs[0].as_of if runs else desk.now())
        parts = {}
        if isinstance(target, Site):
            rules = _rules(session, desk)
            parts = target_case.site_parts(session, target, runs[0] if runs else None, last, rules)
        elif isinstance(target, Account):
            parts = target_case.account_parts(session, target)
        return render(
            request,
            "target.html",
            here="sites" if target.kind == "site" else "accounts",
            target=target,
            unit=target.unit,
            day=last,
            run=runs[0] if runs else None,
            case=target_case.case(session, target),
            history=target_case.history(session, target_id),
            calendar=target_case.calendar(session, target_id, last),
            items=target_case.items(session, target_id),
            cells=cells(session, target),
            badge_names=target_case.BADGES,
            actions=audit.ACTIONS,
            checks=[one for one in BY_CODE.values() if one.scope.value == target.kind],
            errand=desk.errands.of(f"look:{target_id}"),
            **parts,
        )


def _rules(session: Session, desk: Desk) -> Ruleset | None:
    try:
        return rulesets.in_force(session, desk.settings)
    except RulesetError:
        return None


@router.post("/targets/{target_id}/edit")
def change(request: Request, person: Registrar, target_id: int, given: Fields) -> Response:
    """Change registry fields."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        target = target_of(session, person, target_id)
        changed = edit(session, target, given)
        if not covers(session, person.unit_id, target.unit_id):
            raise DeskError(403, "不能把对象移出您的单位范围")
        if changed:
            audit.note(
                session,
                person,
                "registry.edit",
                f"target:{target_id}",
                at=desk.now(),
                unit_id=target.unit_id,
                **changed,
            )
    told = f"已修改：{'、'.join(changed)}" if changed else "没有变化"
    return tell(request, f"/targets/{target_id}", told)


@router.post("/targets/{target_id}/waivers")
def waive(
    request: Request,
    person: Operator,
    target_id: int,
    check: Short,
    until: Short,
    why: Short,
    column: Short = "",
) -> Response:
    """Excuse a target, or one of its columns, from a check until a day."""
    desk = desk_of(request)
    last = day(until, "豁免到期日")
    if last is None or last < desk.now().date() or not why.strip():
        raise DeskError(422, "请写明理由和不早于今天的到期日")
    column_id = whole_number(column)
    if check not in BY_CODE and not (check == waivers.EVERY_CHECK and column_id):
        raise DeskError(422, "请选择检查项；只有栏目可以豁免全部检查")
    with desk.writers.begin() as session:
        target = target_of(session, person, target_id)
        _own_column(session, target, column_id)
        waivers.grant(
            session,
            target_id,
            check=check,
            column_id=column_id,
            until=last,
            by=person.name,
            why=why.strip(),
            at=desk.now(),
        )
        audit.note(
            session,
            person,
            "target.waive",
            f"target:{target_id}",
            at=desk.now(),
            unit_id=target.unit_id,
            check=check,
            until=last,
            why=why,
        )
    return tell(request, f"/targets/{target_id}", f"已豁免至 {last}")


def _own_column(session: Session, target: Target, column_id: int | None) -> None:
    if column_id is None:
        return
    owner = session.scalar(select(Column.site_id).where(Column.id == column_id))
    if owner != target.id:
        raise DeskError(422, "没有这个栏目")


@router.get("/targets/{target_id}/links.csv")
def dead_links(request: Request, person: Reader, target_id: int) -> Response:
    """The dead links of a site for a spreadsheet."""
    desk = desk_of(request)
    with desk.readers() as session:
        target = target_of(session, person, target_id)
        found = links.dead_links(session, target_id)
    if found is None:
        raise DeskError(404, "这个网站还没有检查过链接")
    return download(links.links_csv(found), f"{target.name}-失效链接.csv", "text/csv")

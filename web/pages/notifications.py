"""通知: one's own rules, where to be told and of what."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from models import NotificationRule
from web import audit
from web.desk import DeskError
from web.identity import Person, desk_of
from web.notify.events import EVENTS, Message
from web.notify.sending import SCHEMES, AddressError, check_address, send, shown
from web.pages.given import Operator, Reader
from web.templating import render, tell

router = APIRouter()
MOST = 20
_Address = Annotated[str, Form(max_length=1000)]


@router.get("/notifications")
def show(request: Request, person: Reader) -> Response:
    """One's own rules; addresses are secrets and shown in part."""
    desk = desk_of(request)
    with desk.readers() as session:
        rules = session.scalars(
            select(NotificationRule)
            .where(NotificationRule.user_id == person.id)
            .order_by(NotificationRule.id)
        ).all()
    return render(
        request,
        "notifications.html",
        here="notices",
        rules=[(rule, shown(rule.address)) for rule in rules],
        events=EVENTS,
        schemes=SCHEMES,
    )


@router.post("/notifications")
def add(
    request: Request,
    person: Operator,
    address: _Address,
    events: Annotated[list[str] | None, Form(max_length=len(EVENTS))] = None,
) -> Response:
    """A new rule."""
    desk = desk_of(request)
    wanted = [event for event in EVENTS if event in (events or [])]
    if not wanted:
        raise DeskError(422, "请至少选择一种通知")
    try:
        check_address(address.strip())
    except AddressError as error:
        raise DeskError(422, str(error)) from error
    with desk.writers.begin() as session:
        own = session.scalars(
            select(NotificationRule.id).where(NotificationRule.user_id == person.id)
        ).all()
        if len(own) >= MOST:
            raise DeskError(409, f"每位用户最多 {MOST} 条通知规则")
        session.add(
            NotificationRule(
                user_id=person.id, address=address.strip(), events=wanted, made_at=desk.now()
            )
        )
        audit.note(session, person, "notification.add", at=desk.now(), events=wanted)
    return tell(request, "/notifications", "已添加通知")


@router.post("/notifications/{rule_id}/test")
def test(request: Request, person: Operator, rule_id: int) -> Response:
    """Send a trial message."""
    desk = desk_of(request)
    with desk.readers() as session:
        address = _own(session, person, rule_id).address
    message = Message("test", "", "巡查通知测试", "收到这条消息，说明通知地址可用。")
    taken = send(address, message, desk.settings.desk_url)
    return tell(
        request, "/notifications", "测试消息已发出" if taken else "测试消息没有发出，请检查地址"
    )


@router.post("/notifications/{rule_id}/delete")
def delete(request: Request, person: Operator, rule_id: int) -> Response:
    """End a rule."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        session.delete(_own(session, person, rule_id))
        audit.note(session, person, "notification.delete", at=desk.now(), rule=rule_id)
    return tell(request, "/notifications", "已删除通知")


def _own(session: Session, person: Person, rule_id: int) -> NotificationRule:
    rule = session.get(NotificationRule, rule_id)
    if rule is None or rule.user_id != person.id:
        raise DeskError(404, "没有这条通知规则")
    return rule

"""Messages out to e-mail, 企业微信, 钉钉, 飞书 and webhooks, through apprise."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import apprise
import structlog
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import NotificationRule
from web.notify.events import EVENTS, Message, messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from settings import Settings

log = structlog.get_logger()
# apprise knows a hundred services, some of which run programs or write files on this machine.
SCHEMES = {
    "mailtos": "电子邮件（mailtos://用户:密码@邮箱域名?to=收件人）",
    "mailto": "电子邮件，不加密（mailto://）",
    "wecombot": "企业微信群机器人（wecombot://密钥）",
    "dingtalk": "钉钉群机器人（dingtalk://令牌）",
    "feishu": "飞书群机器人（feishu://令牌）",
    "lark": "飞书国际版（lark://令牌）",
    "jsons": "webhook，JSON（jsons://主机/路径）",
    "json": "webhook，JSON，不加密（json://）",
}


class AddressError(Exception):
    """An address that cannot be notified; the message says why in Chinese."""


def check_address(address: str) -> None:
    """Raise AddressError for what is no address of a service that is offered."""
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError as error:
        raise AddressError("通知地址格式不对") from error
    if scheme not in SCHEMES:
        raise AddressError(f"通知地址应以 {'、'.join(f'{one}://' for one in SCHEMES)} 之一开头")
    if not apprise.Apprise().add(address):
        raise AddressError("通知地址不完整，请按说明填写")


def shown(address: str) -> str:
    """An address without its secrets: the scheme and the last characters."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://…{rest[-4:]}"


def send(address: str, message: Message, link: str) -> bool:
    """Send one message; False when the service did not take it."""
    body = f"{message.body}\n{link}" if link else message.body
    channel = apprise.Apprise()
    return bool(channel.add(address)) and bool(channel.notify(title=message.title, body=body))


def send_due(
    settings: Settings,
    sessions: sessionmaker[Session],
    *,
    now: datetime,
    send: Callable[[str, Message, str], bool] = send,
) -> tuple[int, int]:
    """Tell every user what is new under each rule; how many messages went out, how many failed.

    What was told once is not told again; what failed is tried again the next time.
    """
    sent = failed = 0
    with sessions() as session:
        rules = session.scalars(
            select(NotificationRule)
            .where(NotificationRule.enabled.is_(True))
            .options(joinedload(NotificationRule.user))
        ).all()
        due = [(rule.id, rule.address, _due(session, rule, now)) for rule in rules]
    for identifier, address, told in due:
        for message in told:
            # The network is asked outside any transaction.
            taken = send(address, message, settings.desk_url)
            sent, failed = sent + taken, failed + (not taken)
            with sessions.begin() as session:
                _note(session, identifier, message, taken=taken)
    return sent, failed


def _due(session: Session, rule: NotificationRule, now: datetime) -> list[Message]:
    if rule.user.disabled:
        return []
    wanted = [event for event in rule.events if event in EVENTS]
    found = messages(session, wanted, unit_id=rule.user.unit_id, now=now)
    return [one for one in found if rule.sent_until.get(one.event) != one.key]


def _note(session: Session, rule_id: int, message: Message, *, taken: bool) -> None:
    rule = session.get(NotificationRule, rule_id)
    if rule is None:
        return
    if taken:
        rule.sent_until = {**rule.sent_until, message.event: message.key}
        rule.failure = ""
    else:
        log.warning("notification_not_taken", rule=rule_id, about=message.event)
        rule.failure = "对方没有接收，请检查地址"

"""The audit trail: one line for every change, written in the transaction that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import bounded
from models import AuditEntry

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from web.identity import Person


ACTIONS = {
    "session.begin": "登录",
    "session.end": "退出",
    "finding.confirmed": "确认问题",
    "finding.dismissed": "排除问题",
    "finding.undo": "撤销决定",
    "finding.note": "添加备注",
    "finding.rectified": "登记整改",
    "finding.recheck": "立即复核",
    "finding.feedback": "上传反馈文件",
    "findings.confirmed": "批量确认",
    "findings.dismissed": "批量排除",
    "rectification.term": "设定整改期限",
    "target.look": "立即查看",
    "target.seen": "登记所见",
    "target.waive": "新增豁免",
    "registry.edit": "修改登记信息",
    "registry.import": "导入名录",
    "ruleset.apply": "启用规则",
    "ruleset.retire": "停用规则",
    "run.release": "放行批次",
    "window.add": "建立窗口",
    "window.export": "导出附件",
    "window.freeze": "封存窗口",
    "user.add": "添加用户",
    "user.role": "修改角色",
    "user.password": "修改密码",
    "user.disable": "停用用户",
    "user.enable": "启用用户",
    "token.add": "新建令牌",
    "token.revoke": "吊销令牌",
    "notification.add": "添加通知",
    "notification.delete": "删除通知",
}
"""Everything that is written down, and what the page calls it."""


def note(
    session: Session,
    person: Person,
    action: str,
    subject: str = "",
    *,
    at: datetime,
    unit_id: int | None = None,
    **detail: Any,
) -> None:
    """Write who did what to which subject; `detail` is bounded and holds no secret."""
    session.add(
        AuditEntry(
            at=at,
            user_id=person.id or None,
            who=person.name,
            action=action,
            subject=subject[:100],
            unit_id=unit_id,
            detail=bounded(detail),
            address=person.address,
        )
    )

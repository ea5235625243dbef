"""What earlier nights and the register say of an account, as the checks are given it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import assembly
import assembly_accounts
from checks.facts import AccountFacts
from checks.registry import ALL, BY_CODE
from checks.ruleset import national
from crawler import factcodec
from crawler.fetch.access import AccessState
from crawler.platforms.observation import (
    AccountReading,
    LinkedAccount,
    Observation,
    Post,
    PostKind,
    SourceReading,
)
from crawler.platforms.readings import NO_SUCH_ACCOUNT
from crawler.spiders.account import account_tasks
from crawler.spiders.budgets import STOPPED
from models import Account, Fact, Item, Run, Visit
from registry.importing import import_files
from registry.looks import add_look

pytestmark = pytest.mark.integration

BEIJING = timezone(timedelta(hours=8))
NIGHT = datetime(2023, 3, 20, 1, 0, tzinfo=BEIJING)
ACCOUNTS = """账号名称,账号类型,开设主体,地区,账号唯一标识,信息源,哨兵,运行状态
例市发布,新浪微博,例市政府办,例市,1234567890,weibo:1234567890,,
例市政务,新浪微博,例市政府办,例市,1234567891,weibo:1234567891,,
例市发布,微信公众号,例市政府办,例市,,sogou:lishifabu,,
例市旧号,新浪微博,例市档案局,例市,1234567892,weibo:1234567892,,注销
某大报,新浪微博,某大报,例市,1234567893,weibo:1234567893,是,
"""
POSTED = Post("p1", "发布", "", NIGHT - timedelta(days=20), "api")


@pytest.fixture
def session(session_factory: sessionmaker[Session], tmp_path: Path) -> Iterator[Session]:
    path = tmp_path / "accounts.csv"
    path.write_text(ACCOUNTS, encoding="utf-8")
    with session_factory() as opened:
        assert import_files(opened, [path]).clean
        yield opened


def found(session: Session, name: str, platform: str = "weibo") -> Account:
    return session.scalars(
        select(Account).where(Account.name == name, Account.platform == platform)
    ).one()


def night(session: Session, days: float, *seen: AccountReading, of: str = "例市发布") -> Run:
    """A run some days after the first, with what it saw of one account."""
    run = Run(as_of=NIGHT + timedelta(days=days), state="done", ruleset="x", targets=[])
    session.add(run)
    session.flush()
    if seen:
        sources = tuple(SourceReading("weibo:1", reading, proves_silence=True) for reading in seen)
        payload = factcodec.encode_observation(Observation("weibo", sources))
        session.add(
            Fact(
                run_id=run.id,
                target_id=found(session, of).id,
                kind="account",
                extractor="x",
                payload=payload,
            )
        )
        seen_well = any(one.access is AccessState.OK for one in seen)
        access = "ok" if seen_well else seen[0].access.value
        session.add(
            Visit(run_id=run.id, target_id=found(session, of).id, fresh=seen_well, access=access)
        )
    session.flush()
    return run


def visit(session: Session, run: Run, name: str, reason: str, access: str = "ok") -> None:
    target = found(session, name).id
    session.add(Visit(run_id=run.id, target_id=target, fresh=False, access=access, reason=reason))
    session.flush()


def facts(session: Session, run: Run, name: str = "例市发布") -> AccountFacts:
    return assembly_accounts.account_facts(session, assembly.RunData(run), found(session, name))


def reason(code: str, known: AccountFacts, run: Run) -> str:
    return BY_CODE[code].judge(known, national(ALL).parameters[code], run.as_of).reason


def listed(counter: int, *posts: Post, name: str = "例市发布") -> AccountReading:
    newest = max((one.published_at for one in posts if one.published_at), default=None)
    return AccountReading(
        "weibo", posts=posts, newest_at=newest, counter=counter, account_name=name
    )


GONE = AccountReading("weibo", AccessState.NOT_FOUND, NO_SUCH_ACCOUNT)
REFUSED = AccountReading("weibo", AccessState.CHALLENGE)


def test_a_unit_s_accounts_are_siblings_and_strangers_are_not(session: Session) -> None:
    known = facts(session, night(session, 0))
    assert {(one.name, one.platform, one.before) for one in known.siblings} == {
        ("例市政务", "weibo", False),
        ("例市发布", "weixin", False),
    }
    assert facts(session, night(session, 1), "某大报").siblings == ()
    assert (
        reason("R-DUPLICATE", facts(session, night(session, 2), "例市政务"), night(session, 2))
        == "several"
    )


def test_an_account_gone_two_nights_in_a_row_is_told_with_its_first_night(session: Session) -> None:
    """S17; a refused night in between neither proves nor disproves."""
    first = night(session, 0, GONE)
    night(session, 1, REFUSED)
    last = night(session, 2, GONE)
    session.add(
        Item(
            target_id=found(session, "例市政务").id,
            key="k",
            title="",
            url="",
            published_at=last.as_of - timedelta(hours=5),
            first_seen_at=last.as_of,
            last_seen_at=last.as_of,
        )
    )
    session.flush()
    known = facts(session, last)
    assert known.gone_before == (first.as_of,)
    assert known.batch_healthy
    assert reason("R-NOTCLOSED", known, last) == "gone"


def test_an_account_seen_in_between_begins_a_new_row(session: Session) -> None:
    night(session, 0, GONE)
    night(session, 1, listed(5, POSTED))
    last = night(session, 2, GONE)
    assert facts(session, last).gone_before == ()
    assert not facts(session, last).batch_healthy


def test_a_name_that_an_earlier_night_saw_as_registered_was_changed(session: Session) -> None:
    """S15."""
    night(session, 0, listed(5, POSTED))
    last = night(session, 1, listed(5, POSTED, name="例市发布厅"))
    known = facts(session, last)
    assert [name for _, name in known.names_before] == ["例市发布"]
    assert reason("R-RENAMED", known, last) == "renamed"


def test_a_closed_account_seen_posting_by_a_person_was_not_closed(session: Session) -> None:
    run = night(session, 0)
    visit(session, run, "例市旧号", "closed")
    later = night(session, 5)
    visit(session, later, "例市旧号", "closed")
    assert reason("R-NOTCLOSED", facts(session, later, "例市旧号"), later) == "closed"
    seen = {
        "账号名称": "例市旧号",
        "查看时间": "2023-03-24 09:00",
        "最新发布时间": "2023-03-23 09:00",
    }
    add_look(session, seen, now=later.as_of, by="张三")
    known = facts(session, later, "例市旧号")
    assert known.closed_since == run.as_of
    assert reason("R-NOTCLOSED", known, later) == "still_posting"


def test_likes_and_neighbours_are_compared_with_the_register(session: Session) -> None:
    liked = Post("l", "好文", "https://weibo.com/1234567891/N0abcdefg", None, "api", PostKind.LIKED)
    known_channel = LinkedAccount("weixin", "例市发布")
    strange = LinkedAccount("weixin-channels", "例市发布")
    reading = AccountReading("weibo", posts=(POSTED, liked), linked=(known_channel, strange))
    run = night(session, 0, reading)
    known = facts(session, run)
    assert known.unregistered == (strange,)
    assert "1234567891" in known.matrix
    assert reason("F-OFFTOPIC", known, run) == "none_seen"
    assert reason("R-UNREPORTED", known, run) == "unreported"


def test_the_count_of_the_night_that_first_read_the_newest_post_is_kept(session: Session) -> None:
    """S11: the gap must not close by itself on the third night, nor over a refused one."""
    night(session, 0, listed(100, POSTED))
    grown = listed(101, POSTED)
    night(session, 1, replace(grown, counter_before=100))
    night(session, 2, REFUSED)
    task = account_tasks(session, [found(session, "例市发布").id], NIGHT + timedelta(days=3))[0]
    assert task.ticket.last_counter == 100
    assert task.ticket.last_newest == POSTED.published_at


def test_a_platform_that_refused_its_canary_rests_six_hours_then_a_day(session: Session) -> None:
    """accounts.md 9."""
    target = found(session, "例市发布").id
    first = night(session, 0)
    visit(session, first, "某大报", "challenge", "challenge")
    visit(session, first, "例市政务", STOPPED, "blocked")

    def rests(hours: float) -> bool:
        task = account_tasks(session, [target], NIGHT + timedelta(hours=hours))[0]
        return "weibo" in task.ticket.not_tonight

    assert (rests(5.9), rests(6)) == (True, False)
    again = night(session, 1)
    visit(session, again, "例市政务", STOPPED, "blocked")
    assert (rests(24 + 22.9), rests(24 + 23)) == (True, False)


def test_a_refused_account_that_is_no_canary_rests_nothing(session: Session) -> None:
    visit(session, night(session, 0), "例市政务", "challenge", "challenge")
    task = account_tasks(session, [found(session, "例市发布").id], NIGHT + timedelta(hours=1))[0]
    assert task.ticket.not_tonight == {}


def test_sogou_is_asked_for_fifty_accounts_a_day_and_for_others_the_next(
    session: Session, tmp_path: Path
) -> None:
    rows = "\n".join(f"号{n},微信公众号,单位{n},例市,,sogou:weixin{n}" for n in range(69))
    path = tmp_path / "more.csv"
    path.write_text(
        f"账号名称,账号类型,开设主体,地区,账号唯一标识,信息源\n{rows}\n", encoding="utf-8"
    )
    assert import_files(session, [path]).clean
    ids = list(session.scalars(select(Account.id).where(Account.platform == "weixin")))

    def asked(days: int) -> set[int]:
        tasks = account_tasks(session, ids, NIGHT + timedelta(days=days))
        return {one.id for one in tasks if "sogou" not in one.ticket.not_tonight}

    assert len(ids) == 70
    assert len(asked(0)) == len(asked(1)) == 50
    assert asked(0) | asked(1) == set(ids)

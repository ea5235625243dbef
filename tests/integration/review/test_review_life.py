"""The life of a finding: flagged, confirmed, dismissed, withdrawn, rectified."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from models import (
    Account,
    Column,
    Decision,
    Finding,
    Item,
    Judgement,
    Run,
    Site,
    Target,
    Unit,
    Verdict,
    Visit,
    Window,
)
from review import decisions, findings, listing, results, waivers, windows
from review.decisions import Accused, DecisionError
from review.windows import WindowError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

pytestmark = pytest.mark.integration

FIRST = datetime.fromisoformat("2023-03-01T01:00:00+08:00")
NOON = datetime.fromisoformat("2023-03-05T12:00:00+08:00")


@dataclass
class World:
    """One window, one site, one account, one canary, and nights played on them."""

    session: Session
    window: Window
    site: Site
    account: Account
    canary: Account
    nights: list[Run] = field(default_factory=list)

    def night(self, as_of: datetime, *told: dict[str, Any], state: str = "done") -> Run:
        inside = self.window.starts_on <= as_of.date() <= self.window.ends_on
        window_id = self.window.id if inside else None
        run = Run(window_id=window_id, as_of=as_of, state=state, ruleset="r")
        self.session.add(run)
        self.session.flush()
        judgement = Judgement(run_id=run.id, ruleset="r", digest="d")
        self.session.add(judgement)
        self.session.flush()
        for one in told:
            self.session.add(Verdict(judgement_id=judgement.id, run_id=run.id, ruleset="r", **one))
        self.session.flush()
        self.nights.append(run)
        return run

    def open(self, run: Run) -> findings.OpenedReport:
        newest = self.session.scalars(
            select(Judgement.id).where(Judgement.run_id == run.id).order_by(Judgement.id.desc())
        ).first()
        assert newest is not None
        return findings.open_findings(self.session, run, newest)

    def play(self, as_of: datetime, *told: dict[str, Any]) -> findings.OpenedReport:
        return self.open(self.night(as_of, *told))

    def stale(self, last: str = "2023-02-01", target: Target | None = None) -> dict[str, Any]:
        return verdict(target or self.account, "M2.1", "fail", "stale", last)

    @property
    def finding(self) -> Finding:
        return self.session.scalars(select(Finding)).one()


def verdict(
    target: Target, check: str, outcome: str, reason: str, last: str = ""
) -> dict[str, Any]:
    return {
        "target_id": target.id,
        "check": check,
        "outcome": outcome,
        "reason": reason,
        "last_update": last,
    }


def account_of(unit: Unit, name: str, position: int, *, canary: bool = False) -> Account:
    return Account(
        identity=f"weibo|{name}",
        name=name,
        unit_id=unit.id,
        sponsor=f"{name}主体",
        platform="weibo",
        platform_printed="新浪微博",
        position=position,
        canary=canary,
    )


@pytest.fixture
def world(session_factory: sessionmaker[Session]) -> Any:
    with session_factory() as session:
        unit = Unit(name="甲市", position=1)
        session.add(unit)
        session.flush()
        site = Site(
            identity="4300000001",
            code="4300000001",
            name="甲市政府",
            unit_id=unit.id,
            home_url="http://a.example.gov.cn/",
            position=1,
        )
        account = account_of(unit, "甲市发布", 2)
        canary = account_of(unit, "哨兵", 3, canary=True)
        session.add_all([site, account, canary])
        window = windows.add(session, "2023Q1", date(2023, 2, 20), date(2023, 3, 31))
        session.flush()
        yield World(session, window, site, account, canary)
        session.rollback()


def item(target: Target, published: str, first_seen: datetime, **more: Any) -> Item:
    return Item(
        target_id=target.id,
        key=published,
        title="一条",
        url="http://x.example.gov.cn/1",
        published_at=datetime.fromisoformat(published),
        first_seen_at=first_seen,
        last_seen_at=first_seen,
        **more,
    )


def test_a_failing_verdict_opens_one_finding_for_the_whole_window(world: World) -> None:
    first = world.play(FIRST, world.stale())
    second = world.play(FIRST + timedelta(hours=12), world.stale())
    assert (dict(first.opened), dict(second.opened)) == ({"M2.1": 1}, {})
    assert dict(second.flagged) == {"M2.1": 1}
    finding = world.finding
    assert (finding.state, finding.label) == ("flagged", "监测时间点前2周内无更新")
    assert finding.severity == "veto"
    assert finding.opened_at == FIRST
    assert finding.second_look_due == FIRST + timedelta(hours=24)


def test_a_canary_opens_none(world: World) -> None:
    report = world.play(FIRST, world.stale(target=world.canary))
    assert dict(report.canaries) == {"M2.1": 1}
    assert not world.session.scalars(select(Finding)).all()


def test_a_held_run_opens_none_until_it_is_released(world: World) -> None:
    run = world.night(FIRST, world.stale(), state="held")
    assert not world.open(run).flagged
    run.state = "released"
    assert dict(world.open(run).opened) == {"M2.1": 1}


def test_a_run_in_no_window_opens_none(world: World) -> None:
    report = world.play(datetime.fromisoformat("2023-05-01T01:00:00+08:00"), world.stale())
    assert report.window is None
    assert not world.session.scalars(select(Finding)).all()


def test_an_automatic_window_confirms_but_never_what_needs_a_person(world: World) -> None:
    world.window.confirm = "auto"
    world.play(FIRST, world.stale(), verdict(world.account, "M3.1", "fail", "needs_person"))
    states = {one.check: one.state for one in world.session.scalars(select(Finding))}
    assert states == {"M2.1": "confirmed", "M3.1": "flagged"}
    rows = {row["check"]: row for row in listing.finding_rows(world.session)}
    assert rows["M2.1"]["decided_by"] == "auto"
    assert rows["M3.1"]["decided_by"] is None


def test_a_dismissal_holds_to_the_end_of_the_window(world: World) -> None:
    world.play(FIRST, world.stale())
    done = decisions.decide(
        world.session, [world.finding.id], state="dismissed", by="李", why="有更新", at=NOON
    )
    assert done.changed == [world.finding.id]
    report = world.play(NOON, world.stale())
    assert dict(report.dismissed) == {"M2.1": 1}
    assert world.finding.state == "dismissed"


def test_a_waiver_is_honoured_until_its_day_and_listed(world: World) -> None:
    world.play(FIRST, world.stale())
    decisions.decide(
        world.session,
        [world.finding.id],
        state="dismissed",
        by="李",
        why="换届停更",
        reason_code="exempt",
        at=NOON,
        waiver_until=date(2023, 5, 1),
    )
    windows.add(world.session, "2023Q2", date(2023, 4, 1), date(2023, 6, 30))
    [waiver] = waivers.listing(world.session)
    assert (waiver.check, waiver.why) == ("M2.1", "换届停更")
    for text, waived in (("2023-05-01", True), ("2023-05-02", False)):
        run = world.night(datetime.fromisoformat(f"{text}T01:00:00+08:00"), world.stale())
        run.window_id = None
        assert bool(world.open(run).waived) is waived


def test_a_second_look_is_kept_with_the_evidence(world: World) -> None:
    world.play(FIRST, world.stale())
    early = FIRST + timedelta(hours=23)
    world.play(early, world.stale())
    assert world.finding.second_look_at is None
    world.play(FIRST + timedelta(hours=24), world.stale())
    finding = world.finding
    assert finding.second_look_at == FIRST + timedelta(hours=24)
    assert finding.second_look["outcome"] == "fail"
    assert finding.state == "flagged"


def test_an_item_inside_the_deadline_before_the_first_look_withdraws(world: World) -> None:
    world.play(FIRST, world.stale())
    second = FIRST + timedelta(days=1)
    world.session.add(item(world.account, "2023-02-20T09:30:00+08:00", second))
    fresh = verdict(world.account, "M2.1", "pass", "fresh", "2023-03-01T20:00:00+08:00")
    report = world.play(second, fresh)
    assert dict(report.withdrawn) == {"M2.1": 1}
    finding = world.finding
    assert finding.state == "withdrawn"
    assert finding.second_look["item"] == "2023-02-20T09:30:00+08:00"


@pytest.mark.parametrize(
    "published",
    [
        "2023-03-01T09:00:00+08:00",  # after the look
        "2023-03-01T00:00:00+08:00",  # a day without a time, the day of the look
        "2023-02-15T09:00:00+08:00",  # exactly 14 days before it
    ],
)
def test_a_post_after_the_look_or_outside_the_deadline_undoes_nothing(
    world: World, published: str
) -> None:
    world.play(FIRST, world.stale())
    second = FIRST + timedelta(days=1)
    world.session.add(item(world.account, published, second))
    world.play(second, verdict(world.account, "M2.1", "pass", "fresh", published))
    assert world.finding.state == "flagged"
    assert world.finding.second_look_at == second


def test_the_night_after_the_window_is_still_a_second_look(world: World) -> None:
    last_night = datetime.fromisoformat("2023-03-31T01:00:00+08:00")
    world.play(last_night, world.stale("2023-03-01"))
    shown = verdict(world.account, "M2.1", "pass", "fresh", "2023-03-30T10:00:00+08:00")
    report = world.play(last_night + timedelta(days=1), shown)
    assert report.window is None
    assert world.finding.state == "withdrawn"


def test_a_look_that_saw_nothing_leaves_the_second_look_due(world: World) -> None:
    world.play(FIRST, world.stale())
    world.play(
        FIRST + timedelta(days=1), verdict(world.account, "M2.1", "undetermined", "challenge")
    )
    assert world.finding.second_look_at is None


def test_an_item_of_another_column_does_not_speak_for_the_home_page(world: World) -> None:
    column = Column(site_id=world.site.id, name="通知", url="http://a.example.gov.cn/tz/")
    world.session.add(column)
    world.session.flush()
    world.play(FIRST, verdict(world.site, "W3.1", "fail", "stale", "2023-01-01"))
    second = FIRST + timedelta(days=1)
    world.session.add(item(world.site, "2023-02-25T00:00:00+08:00", second, column_id=column.id))
    world.play(second, verdict(world.site, "W3.1", "fail", "stale", "2023-01-01"))
    assert world.finding.state == "flagged"


def test_a_withdrawn_finding_comes_back_only_when_the_item_is_known(world: World) -> None:
    world.play(FIRST, world.stale())
    shown = verdict(world.account, "M2.1", "pass", "fresh", "2023-02-24T10:00:00+08:00")
    world.play(FIRST + timedelta(days=1), shown)
    assert world.finding.state == "withdrawn"
    world.play(FIRST + timedelta(days=2), world.stale("2023-02-01"))
    assert world.finding.state == "withdrawn"
    later = FIRST + timedelta(days=12)
    world.play(later, world.stale("2023-02-24T10:00:00+08:00"))
    assert world.finding.state == "flagged"
    assert world.finding.opened_at == later
    assert world.finding.second_look_at is None


def test_every_change_leaves_a_decision(world: World) -> None:
    world.play(FIRST, world.stale())
    identifier = world.finding.id
    decisions.decide(world.session, [identifier], state="confirmed", by="李", at=NOON)
    decisions.decide(
        world.session, [identifier], state="dismissed", by="王", why="申诉成立", at=NOON
    )
    told = [
        (one.old, one.new, one.decided_by)
        for one in world.session.scalars(select(Decision).order_by(Decision.id))
    ]
    assert told == [
        ("", "flagged", "系统"),
        ("flagged", "confirmed", "李"),
        ("confirmed", "dismissed", "王"),
    ]
    assert world.finding.version == 3


def test_two_hands_on_one_finding_one_decision(
    world: World, session_factory: sessionmaker[Session]
) -> None:
    world.play(FIRST, world.stale())
    stale_copy = world.finding
    world.session.commit()
    with session_factory() as other:
        decisions.decide(other, [stale_copy.id], state="confirmed", by="王", at=NOON)
        other.commit()
    report = decisions.decide(
        world.session, [stale_copy.id], state="dismissed", by="李", why="误读", at=NOON
    )
    assert report.refused == {stale_copy.id: "刚刚被他人处理，请刷新后再试"}
    assert len(world.session.scalars(select(Decision)).all()) == 2


def test_decisions_want_a_name_and_a_dismissal_a_reason(world: World) -> None:
    with pytest.raises(DecisionError, match="审核人"):
        decisions.decide(world.session, [1], state="confirmed", by=" ", at=NOON)
    with pytest.raises(DecisionError, match="理由"):
        decisions.decide(world.session, [1], state="dismissed", by="李", at=NOON)
    report = decisions.decide(world.session, [99], state="confirmed", by="李", at=NOON)
    assert report.refused == {99: "没有这个问题编号"}


def test_a_person_enters_a_finding_against_a_target_or_a_unit(world: World) -> None:
    told: dict[str, Any] = {"evidence": {"url": "http://x"}, "by": "李", "why": "核实", "at": NOON}
    finding = decisions.add(
        world.session,
        world.window,
        Accused(target=world.site),
        check="W1.1",
        label="严重表述错误",
        **told,
    )
    unit = world.session.scalars(select(Unit)).one()
    other = decisions.add(
        world.session, world.window, Accused(unit=unit), check="F-XXGK", label="答复不规范", **told
    )
    assert (finding.severity, finding.state, finding.manual) == ("veto", "confirmed", True)
    assert (other.severity, other.subject) == ("note", f"unit:{unit.id}")
    kinds = [row["kind"] for row in listing.finding_rows(world.session)]
    assert kinds == ["site", "unit"]
    with pytest.raises(DecisionError, match=r"已有 W1\.1 问题"):
        decisions.add(
            world.session,
            world.window,
            Accused(target=world.site),
            check="W1.1",
            label="严重表述错误",
            **told,
        )


def test_a_finding_without_evidence_or_against_a_canary_is_refused(world: World) -> None:
    for accused, evidence in ((world.account, {}), (world.canary, {"url": "http://x"})):
        with pytest.raises(DecisionError, match=r"证据|哨兵"):
            decisions.add(
                world.session,
                world.window,
                Accused(target=accused),
                check="M3.1",
                evidence=evidence,
                by="李",
                why="核实",
                at=NOON,
            )


def test_a_recheck_that_passes_rectifies_with_its_date(world: World) -> None:
    world.play(FIRST, world.stale())
    identifier = world.finding.id
    decisions.decide(world.session, [identifier], state="confirmed", by="李", at=NOON)
    assert decisions.recheck(world.session, [identifier], at=NOON).refused == {
        identifier: "发现问题之后还没有再次巡查"
    }
    world.play(FIRST + timedelta(hours=5), world.stale())
    assert decisions.recheck(world.session, [identifier], at=NOON).refused == {
        identifier: "复核仍不合格"
    }
    fresh = verdict(world.account, "M2.1", "pass", "fresh", "2023-03-03T10:00:00+08:00")
    world.play(FIRST + timedelta(days=3), fresh)
    assert decisions.recheck(world.session, [identifier], at=NOON).changed == [identifier]
    assert (world.finding.state, world.finding.rectified_on) == ("rectified", date(2023, 3, 4))


def test_a_person_rectifies_only_what_was_confirmed(world: World) -> None:
    world.play(FIRST, world.stale())
    identifier = world.finding.id
    told = decisions.rectify(world.session, [identifier], on=date(2023, 3, 9), by="李", at=NOON)
    assert "不能改为“已整改”" in told.refused[identifier]
    decisions.decide(world.session, [identifier], state="confirmed", by="李", at=NOON)
    early = decisions.rectify(world.session, [identifier], on=date(2023, 2, 1), by="李", at=NOON)
    assert early.refused == {identifier: "整改日期早于发现日期"}
    decisions.rectify(world.session, [identifier], on=date(2023, 3, 9), by="李", at=NOON)
    assert world.finding.rectified_on == date(2023, 3, 9)


def test_windows_do_not_overlap_and_days_find_their_window(world: World) -> None:
    with pytest.raises(WindowError, match="重叠"):
        windows.add(world.session, "x", date(2023, 3, 31), date(2023, 4, 30))
    with pytest.raises(WindowError, match="早于"):
        windows.add(world.session, "x", date(2024, 3, 31), date(2024, 3, 30))
    with pytest.raises(WindowError, match="名称"):
        windows.add(world.session, "../x", date(2024, 3, 1), date(2024, 3, 30))
    with pytest.raises(WindowError, match="已经存在"):
        windows.add(world.session, "2023Q1", date(2024, 3, 1), date(2024, 3, 30))
    with pytest.raises(WindowError, match="没有名为"):
        windows.named(world.session, "2099Q1")
    found = windows.containing(world.session, date(2023, 3, 31))
    assert found is not None
    assert found.name == "2023Q1"
    assert windows.containing(world.session, date(2023, 4, 1)) is None


def test_a_frozen_window_takes_no_finding_and_no_decision(world: World) -> None:
    world.play(FIRST, world.stale())
    identifier = world.finding.id
    windows.freeze(world.session, "2023Q1", at=NOON, notices={"hunan": {"annexes": []}})
    with pytest.raises(WindowError, match="已经封存"):
        windows.freeze(world.session, "2023Q1", at=NOON, notices={})
    report = world.play(NOON, verdict(world.site, "W3.1", "fail", "stale", "2023-01-01"))
    assert not report.flagged
    told = decisions.decide(world.session, [identifier], state="confirmed", by="李", at=NOON)
    assert "已经封存" in told.refused[identifier]


def test_a_fail_outranks_a_pass_until_it_is_dismissed(world: World) -> None:
    world.play(FIRST, world.stale(), verdict(world.site, "W3.1", "undetermined", "timeout"))
    world.play(
        FIRST + timedelta(hours=2),
        verdict(world.account, "M2.1", "pass", "fresh", "2023-03-01"),
        verdict(world.site, "W3.1", "pass", "fresh", "2023-03-01"),
    )
    world.session.add(
        Visit(run_id=world.nights[0].id, target_id=world.account.id, fresh=True, access="ok")
    )
    world.session.add(
        Visit(
            run_id=world.nights[1].id,
            target_id=world.site.id,
            fresh=False,
            access="timeout",
            reason="timeout",
        )
    )
    found = results.target_results(world.session, world.window)
    assert [one.check for one in found[world.account.id].failing] == ["M2.1"]
    assert found[world.site.id].passed
    assert (found[world.site.id].fresh, found[world.site.id].unread_reason) == (False, "timeout")
    assert found[world.account.id].last_fresh == date(2023, 3, 1)
    assert not found[world.canary.id].visited
    decisions.decide(
        world.session, [world.finding.id], state="dismissed", by="李", why="误读", at=NOON
    )
    assert results.target_results(world.session, world.window)[world.account.id].passed


def test_rows_have_the_public_keys_in_registry_order(world: World) -> None:
    world.play(FIRST, world.stale(), verdict(world.site, "W3.1", "fail", "stale", "2023-01-01"))
    rows = list(listing.finding_rows(world.session, window="2023Q1", state="flagged"))
    assert [row["kind"] for row in rows] == ["site", "account"]
    keys = [
        "id",
        "window",
        "kind",
        "code",
        "name",
        "unit",
        "platform",
        "check",
        "label",
        "column",
        "state",
        "opened",
        "last_update",
        "reason",
        "decided_by",
        "decided_at",
        "rectified_on",
    ]
    assert list(rows[0])[: len(keys)] == keys
    assert rows[1]["code"] is None
    assert rows[1]["platform"] == "weibo"
    assert rows[1]["opened"] == "2023-03-01T01:00:00+08:00"
    run = listing.latest_run(world.session)
    assert run is not None
    told = list(listing.verdict_rows(world.session, run_ids=[run.id]))
    keys = [
        "run",
        "window",
        "kind",
        "code",
        "name",
        "unit",
        "platform",
        "check",
        "column",
        "outcome",
        "reason",
        "evidence",
        "last_update",
        "captures",
        "ruleset",
    ]
    assert list(told[0])[: len(keys)] == keys
    [one] = listing.verdict_rows(world.session, run_ids=[run.id], target="4300000001", check="W3.1")
    assert one["last_update"] == "2023-01-01"
    [night] = listing.run_rows(world.session)
    assert night["window"] == "2023Q1"
    assert listing.runs_of(world.session, "2023Q1") == [run.id]

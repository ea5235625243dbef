"""Accounts planned from the scenario, with what must be found of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from democity import wishes, words
from democity.account_problems import (
    ACCOUNT_PROBLEMS,
    STRANGER,
    AccountDraft,
    AccountProblem,
    Silent,
)
from democity.language import AccountBlock, Document, one_block
from democity.plans import AccountPlan, Unit
from democity.platforms import PLATFORMS
from democity.platforms.base import BROWSED_WAYS, SCENES, SourceWish
from democity.problems.base import Expected
from democity.schedule import ending, running
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from democity.platforms.base import Platform
    from democity.schedule import Schedule

DEPTH = 90
PROVING = frozenset({"feeds", "list", "profile"})
"""Ways that can prove silence: the platform's own list, or two bridges that agree."""
# Whose profile shows that an account has no certificate, and whose that it is gone.
_CERTIFYING = frozenset({"weibo", "bilibili", "douyin", "weixin"})
_SAYING_GONE = frozenset({"weibo", "bilibili", "douyin", "toutiao", "kuaishou"})


def in_order(
    accounts: Iterable[AccountPlan], document: Document, units: Mapping[str, Unit]
) -> list[AccountPlan]:
    """As registers are kept: unit after unit, each in the order of the scenario, or as listed."""
    if document.accounts_as_listed:
        return list(accounts)
    return sorted(accounts, key=lambda one: units[one.unit].number)


def feed_domain(document: Document) -> str:
    """The domain under which the operator's feed bridges run."""
    return f"xc{document.domain_tag}.gov.cn"


def plan_all(
    document: Document, units: Iterable[Unit], source: str
) -> tuple[tuple[AccountPlan, ...], list[Expected]]:
    """Every account of the scenario: the named ones, then the healthy rest of each unit."""
    planner = _Planner(document, {unit.name: unit for unit in units})
    default = document.defaults.account
    blocks = wishes.named(document.accounts, default, planner.units, f"{source}: accounts")
    for block, where in blocks:
        planner.add(block, where)
    for unit in planner.units.values():
        where = f"{source}: units.accounts"
        there = sum(one.unit == unit.name and not one.canary for one in planner.accounts)
        healthy = wishes.with_defaults(AccountBlock(unit=unit.name), default)
        for _ in range(wishes.remaining(unit, unit.accounts, there, where)):
            planner.add(healthy, where)
    listed = in_order(planner.accounts, document, planner.units)
    expected = [*planner.expected, *_duplicates(listed), *_apart(listed)]
    return tuple(planner.accounts), expected


@dataclass
class _Planner:
    """Numbers the accounts as it goes."""

    document: Document
    units: dict[str, Unit]
    accounts: list[AccountPlan] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    given: set[tuple[str, str]] = field(default_factory=set)
    sponsors: set[tuple[str, str]] = field(default_factory=set)
    first_of: dict[str, str] = field(default_factory=dict)

    def add(self, block: AccountBlock, where: str) -> None:
        """Plan one account and note what must be found of it."""
        number = len(self.accounts) + 1
        key = draw(self.document.seed, 13, number)
        platform = PLATFORMS[_platform(block, key, where)]
        if block.way:
            wishes.known(block.way, dict.fromkeys(platform.ways), f"{where}.way")
        problems = _problems(block.problems, where)
        silent = problems.get("M2.1")
        assert silent is None or isinstance(silent, Silent)
        last_night = self.document.nights[-1].date()
        unit = self.units[block.unit]
        identity = platform.identity(key)
        name = self._name(block, unit, platform, number)
        schedule = _schedule(block, silent, key, last_night)
        draft = AccountDraft(
            name=name,
            sponsor=block.sponsor or self._sponsor(unit, platform, number),
            code=self._code(unit, platform, number) if block.code is None else block.code,
            scene=block.scene,
            scene_nights=tuple(block.nights),
        )
        for problem in problems.values():
            problem.plant(draft)
        usual = f"{draft.sponsor}官方账号"
        first = self.first_of.setdefault(platform.name, identity)
        account = AccountPlan(
            number=number,
            key=key,
            code=draft.code,
            filing=block.filing,
            reposted=_reposted(self.document, block, schedule),
            name=name,
            unit=unit.name,
            parent=unit.parent,
            sponsor=draft.sponsor,
            platform=platform.name,
            printed=block.printed or platform.printed[key % len(platform.printed)],
            platform_id=identity,
            schedule=schedule,
            scene=draft.scene,
            scene_nights=draft.scene_nights,
            silent=bool(silent and silent.never),
            publishing=block.publishing,
            canary=block.canary,
            running=block.running,
            entity=usual if draft.entity is None else draft.entity,
            certified=draft.certified,
            shown_as=draft.shown_as or name,
            card=draft.card,
            menu_link=draft.menu_link,
            functions=draft.functions,
            likes=first if draft.likes == "colleague" else draft.likes or STRANGER,
            sources=platform.sources(
                SourceWish(
                    identity, key, number, feed_domain(self.document), block.scene, block.way
                )
            ),
            home_url=platform.home_url(identity),
            way=block.way or platform.ways[0],
            looked=bool(silent and silent.looked),
            problems=block.problems,
            traps=tuple(block.traps),
            note=block.note,
        )
        self.accounts.append(account)
        self.expected.extend(_expected(account, problems, last_night))
        nights = self.document.nights
        if nights[-1] - nights[0] >= timedelta(days=1):
            self.expected.extend(_gone(account))

    def _name(self, block: AccountBlock, unit: Unit, platform: Platform, number: int) -> str:
        """A given name may come again on another platform; a made up one never does."""
        name = block.name or f"{_sponsor(unit, number)}{words.GIVEN[number % len(words.GIVEN)]}"
        if (name in self.names and not block.name) or (platform.name, name) in self.given:
            name = f"{name}{number}"
        self.names.add(name)
        self.given.add((platform.name, name))
        return name

    def _sponsor(self, unit: Unit, platform: Platform, number: int) -> str:
        """A body that has no other account on the platform: one body, one account."""
        sponsor = _sponsor(unit, number)
        if (platform.name, sponsor) in self.sponsors:
            sponsor = f"{sponsor}直属第{number}所"
        self.sponsors.add((platform.name, sponsor))
        return sponsor

    def _code(self, unit: Unit, platform: Platform, number: int) -> str:
        region = f"{self.document.code_prefix}{unit.number:02d}00"
        return f"{region}M{unit.number:03d}{platform.letters}{number % 10000:04d}"


def _sponsor(unit: Unit, number: int) -> str:
    name, _ = words.DEPARTMENTS[number % len(words.DEPARTMENTS)]
    return f"{unit.called}{name}"


def _schedule(block: AccountBlock, silent: Silent | None, key: int, last_night: date) -> Schedule:
    last = silent.day(last_night) if silent else None
    if silent is not None and last is not None:
        return ending(key, last, silent.gap, DEPTH, even=silent.even)
    return running(key, wishes.ranged(block.gap, key, "gap"), DEPTH)


def _reposted(document: Document, block: AccountBlock, schedule: Schedule) -> dict[int, str]:
    """Post number → the title of a task: reposted on its day or with the next post."""
    wanted = len(document.relay) if block.reposts is None else block.reposts
    found: dict[int, str] = {}
    limit = document.nights[-1].date().toordinal()
    numbers = schedule.shown(limit)[::-1] if document.relay else ()
    for task in document.relay[:wanted]:
        day = task.day.toordinal()
        free = (k for k in numbers if schedule.day(k) >= day and k not in found)
        number = next(free, None)
        if number is not None:
            found[number] = task.title
    return found


def _expected(
    account: AccountPlan, problems: Mapping[str, AccountProblem], last_night: date
) -> Iterable[Expected]:
    """A stale account that can be proven silent, and is one that is looked at."""
    outside = account.canary or account.running == "注销"
    silent = problems.get("M2.1")
    if isinstance(silent, Silent) and not outside and account.publishing:
        last = silent.day(last_night)
        hidden = SCENES[account.scene].hides and not account.scene_nights
        # An empty list proves nothing; that nothing was ever posted is for a person to say.
        old = last is not None and (last_night - last).days >= 14
        proven = account.way in PROVING and account.scene not in {"one_lags", "S11", "S19"}
        if old and not hidden and proven:
            yield _one(account, "M2.1", last_update=last)
        if silent.looked:
            yield _one(account, "M2.1")
    uncertified = not account.certified or account.scene == "S16"
    if uncertified and _speaks(account, _CERTIFYING) and not outside:
        yield _one(account, "R-UNCERTIFIED")
    if (
        account.scene == "S14"
        and account.way == "list"
        and account.likes == STRANGER
        and not outside
    ):
        yield _one(account, "F-OFFTOPIC", outcome="undetermined", reason="needs_person")
    for code, problem in problems.items():
        if outside or code in {"R-UNCERTIFIED", "F-OFFTOPIC"}:
            continue
        for outcome, reason in problem.found():
            yield _one(account, code, outcome=outcome, reason=reason)


def _gone(account: AccountPlan) -> Iterable[Expected]:
    """A cancelled account that is still in the register, on a platform that says so."""
    outside = account.canary or account.running == "注销"
    said = account.scene == "S17" and _speaks(account, _SAYING_GONE)
    if said and not account.scene_nights and not outside:
        yield _one(account, "R-NOTCLOSED")


def _duplicates(accounts: Sequence[AccountPlan]) -> Iterable[Expected]:
    """All but the main account of one body on one platform, where one is allowed."""
    families: dict[tuple[str, ...], list[AccountPlan]] = {}
    for one in accounts:
        if _is_registered(one) and one.platform != "app":
            kind = next((word for word in ("服务号", "订阅号") if word in one.printed), "")
            families.setdefault((one.unit, one.sponsor, one.platform, kind), []).append(one)
    for family in families.values():
        main = _main(family)
        yield from (_one(one, "R-DUPLICATE") for one in family if one is not main)


def _apart(accounts: Sequence[AccountPlan]) -> Iterable[Expected]:
    """Accounts that are not called as the main one of their body on another platform is: a

    warning. A platform's word behind a name makes no difference.
    """
    families: dict[tuple[str, str], list[AccountPlan]] = {}
    for one in accounts:
        if _is_registered(one):
            families.setdefault((one.unit, one.sponsor), []).append(one)
    for family in families.values():
        for place, one in enumerate(family):
            others = [other for other in family if other.platform != one.platform]
            before = [other for other in family[:place] if other.platform != one.platform]
            main = next((other for other in others if other.principal), next(iter(before), None))
            if main and not one.principal and _bare(main.name) != _bare(one.name):
                yield _one(one, "R-SAMENAME", outcome="pass", reason="differs")


def _is_registered(account: AccountPlan) -> bool:
    return not account.canary and account.running != "注销"


def _main(family: Sequence[AccountPlan]) -> AccountPlan:
    """主要账号, else the one that was entered first."""
    return next((one for one in family if one.principal), family[0])


def _bare(name: str) -> str:
    return name.removesuffix("微博").removesuffix("微信")


def _speaks(account: AccountPlan, platforms: frozenset[str]) -> bool:
    """Whether the platform itself is asked, and is one of those."""
    return account.way in {"list", "profile", "page"} and account.platform in platforms


def _one(account: AccountPlan, check: str, **said: Any) -> Expected:
    return Expected(
        account.name,
        "account",
        check,
        name=account.name,
        unit=account.unit,
        platform=account.platform,
        needs_browser=account.way in BROWSED_WAYS,
        **said,
    )


def _problems(raw: Mapping[str, Mapping[str, Any]], where: str) -> dict[str, AccountProblem]:
    found: dict[str, AccountProblem] = {}
    for code, parameters in raw.items():
        kind = ACCOUNT_PROBLEMS[wishes.known(code, ACCOUNT_PROBLEMS, f"{where}.problems")]
        found[code] = one_block(kind, parameters, f"{where}.problems.{code}")
    return found


def _platform(block: AccountBlock, key: int, where: str) -> str:
    wishes.known(block.scene, SCENES, f"{where}.scene")
    name = wishes.chosen(block.platform, key, "platform")
    return wishes.known(name, PLATFORMS, f"{where}.platform")

"""What M2.1 may truthfully say of an account on each night, worked out from the scenario alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from democity.accounts import PROVING
from democity.content import Now
from democity.platforms.base import BROWSED_WAYS, LAG, SCENES, visible

if TYPE_CHECKING:
    from democity.plans import AccountPlan
    from democity.scenario import Scenario

PASS, FAIL, OPEN = "pass", "fail", "undetermined"
DAYS = 14
_NO_BROWSER = frozenset({"our_fault", "empty_shell"})
_DEAD = frozenset({"S11", "S19"})


class Due(NamedTuple):
    """Outcomes that are true, the last update of a fail, the reasons that are true when open.

    Without reasons any is true.
    """

    outcomes: frozenset[str]
    last: date | None = None
    reasons: frozenset[str] = frozenset()


def due(scenario: Scenario, night: int, *, browser: bool) -> dict[str, Due]:
    """Each account that is judged at all, by its name. `night` counts from 1."""
    teller = _Teller(scenario, night, browser)
    return {
        one.name: teller.tell(one)
        for one in scenario.accounts
        if not one.canary and one.running != "注销"
    }


class _Teller(NamedTuple):
    scenario: Scenario
    night: int
    browser: bool

    def tell(self, account: AccountPlan) -> Due:
        """What holds of one account."""
        if not account.publishing:
            return _only("not_applicable")
        if account.platform in self._without_canary():
            return Due(frozenset({PASS, OPEN}))
        days = [self._shown(account, night) for night in range(1, self.night + 1)]
        known = max((day for day in days if day is not None), default=None)
        if known is not None and (self._day(self.night) - known).days < DAYS:
            return _only(PASS)
        return self._unproven(account) or self._old(account, known)

    def _unproven(self, account: AccountPlan) -> Due | None:
        """What is open because nothing could be seen that night."""
        if not self.browser and account.way in BROWSED_WAYS:
            return Due(frozenset({OPEN}), reasons=_NO_BROWSER)
        scene = self._scene(account, self.night)
        hidden = SCENES[scene].hides and scene != "S19"
        return Due(frozenset({OPEN}), reasons=SCENES[scene].reasons) if hidden else None

    def _old(self, account: AccountPlan, known: date | None) -> Due:
        if known is None:
            return Due(frozenset({FAIL})) if account.looked else _open("empty_unproven")
        scene = self._scene(account, self.night)
        if scene == "S11":
            return _open("list_lacks_newest", "stale_by_one_source")
        if scene == "S19" or account.way not in PROVING:
            return _open("stale_by_one_source")
        return Due(frozenset({FAIL}), known)

    def _day(self, night: int) -> date:
        return self.scenario.document.nights[night - 1].date()

    def _scene(self, account: AccountPlan, night: int) -> str:
        nights = account.scene_nights
        return "S1" if nights and night not in nights else account.scene

    def _shown(self, account: AccountPlan, night: int) -> date | None:
        """The newest day that the account's sources showed on a night, if they showed any."""
        scene = self._scene(account, night)
        blind = account.way in BROWSED_WAYS and not self.browser
        if account.way == "lookup" or blind or (SCENES[scene].hides and scene != "S19"):
            return None
        now = Now.at(self.scenario.document.nights[night - 1], night)
        found = visible(account, scene, now.earlier(LAG) if scene == "S19" else now)
        return max((one.at.date() for one in found), default=None)

    def _without_canary(self) -> frozenset[str]:
        """Platforms none of whose canaries can be seen to be fresh that night."""
        canaries = [one for one in self.scenario.accounts if one.canary]
        well = {one.platform for one in canaries if self._well(one)}
        return frozenset({one.platform for one in canaries} - well)

    def _well(self, canary: AccountPlan) -> bool:
        scene = self._scene(canary, self.night)
        readable = self.browser or canary.way not in BROWSED_WAYS
        return readable and not SCENES[scene].hides and scene not in _DEAD


def _only(outcome: str) -> Due:
    return Due(frozenset({outcome}))


def _open(*reasons: str) -> Due:
    return Due(frozenset({OPEN}), reasons=frozenset(reasons))

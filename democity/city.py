"""The city as whoever plays a scenario sees it: start it, set its clock, ask what is planted."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

from democity import access, account_key, outside, registry_files
from democity.accounts import feed_domain
from democity.platforms import PLATFORMS, weixin_owner
from democity.platforms.base import SCENES
from democity.server import CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from types import TracebackType

    from democity.account_key import Due
    from democity.problems.base import Expected
    from democity.scenario import Scenario

# A port on which nothing listens: for hosts that refuse every connection.
CLOSED = "http://127.0.0.1:1"
_START_SECONDS = 30.0


class CityError(Exception):
    """The city could not be started or does not answer."""


class City:
    """A scenario being played by a process of its own, so that it never shares a lock with a crawl."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    # Life ------------------------------------------------------------------------------------

    def start(self, port: int = 0) -> None:
        """Start the process and wait until it listens. It ends when this process does."""
        root = Path(__file__).parent.parent
        command = [sys.executable, "-m", "democity", "serve", "-", "--port", str(port), "--child"]
        command += ["--clock", self.nights()[0].isoformat()]
        self._process = subprocess.Popen(  # noqa: S603 -- our own module, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, start_new_session=True
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = self.scenario.document.model_dump_json(exclude_unset=True)
        self._process.stdin.write(told.encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            message = "the city did not start"
            raise CityError(message)
        self.port = int(json.loads(line)["port"])

    def stop(self) -> None:
        """End the process; a city that was never started is left as it is."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # Control ---------------------------------------------------------------------------------

    def set_clock(self, clock: datetime) -> None:
        """Everything is as of that moment from now on."""
        self._control("/clock", at=clock.isoformat())

    def cut_network(self, host: str = "", *, after: int = 0) -> None:
        """Close every connection without an answer, or those to one host.

        `after` so many more requests to the whole city: cut by count, it falls at the same point
        of a night on every machine.
        """
        self._control("/network", state="refuse", host=host, after=str(after or ""))

    def mend_network(self, host: str = "") -> None:
        """Answer again."""
        self._control("/network", state="answer", host=host)

    def requests(self) -> dict[str, int]:
        """How often each host was asked."""
        counts = self._control("/counts")["hosts"]
        return {str(host): int(count) for host, count in counts.items()}

    def _control(self, path: str, **said: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        query = urlencode({name: value for name, value in said.items() if value})
        try:
            connection.request("GET", f"{path}?{query}", headers={"Host": CONTROL})
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            message = f"the city does not answer: {error}"
            raise CityError(message) from error
        finally:
            connection.close()
        return answer

    # What is planted -------------------------------------------------------------------------

    def hosts(self) -> list[str]:
        """Every host that the city answers for."""
        document = self.scenario.document
        found = {site.host for site in self.scenario.sites}
        found -= {host for host in found if host.endswith(".invalid")}
        found |= {site.moved_to for site in self.scenario.sites if site.moved_to}
        found |= outside.HOSTS
        for platform in PLATFORMS.values():
            found.update(platform.hosts(feed_domain(document)))
        for site in self.scenario.sites:
            if not site.domain.endswith(".invalid"):
                found |= {f"wsxf.{site.domain}", f"jb.{site.domain}"}
            found |= {f"refuses{n}.{site.domain}" for n in range(1, site.look.refused_links + 1)}
        return sorted(found)

    def origin_map(self) -> dict[str, str]:
        """Origins to the city's port; hosts that refuse connections to a closed one."""
        closed = {
            site.host
            for site in self.scenario.sites
            if access.STATES[site.state.kind].host == "closed"
        }
        here = f"http://127.0.0.1:{self.port}"
        mapped = {
            f"{scheme}://{host}": CLOSED if host in closed else here
            for host in self.hosts()
            for scheme in ("http", "https")
        }
        if self.scenario.document.catch_all:
            mapped["*"] = here
        return mapped

    def write_origin_map(self, path: Path) -> Path:
        """The file for XUNCHA_ORIGIN_MAP."""
        path.write_text(json.dumps(self.origin_map(), indent=0), encoding="utf-8")
        return path

    def write_registry(self, folder: Path) -> list[Path]:
        """sites.csv, columns.csv and accounts.csv."""
        return registry_files.write(self.scenario, folder)

    def write_secrets(self, path: Path) -> Path:
        """The file for XUNCHA_WEIXIN_SECRETS: what owners lent of their official interfaces."""
        told = weixin_owner.secrets(self.scenario.accounts)
        path.write_text(json.dumps(told), encoding="utf-8")
        return path

    def write_looks(self, path: Path) -> Path:
        """人工查看记录 of the accounts that a person has looked at, for `registry looks`."""
        return registry_files.write_looks(self.scenario, path)

    def due(self, night: int, *, browser: bool = True) -> dict[str, Due]:
        """What M2.1 may truthfully say of each account that night, by its name."""
        return account_key.due(self.scenario, night, browser=browser)

    def answer_key(self, *, browser: bool = True) -> list[Expected]:
        """What must be found over all nights, and nothing else may be; without a browser less."""
        expected = self.scenario.expected
        return [one for one in expected if browser or not one.needs_browser]

    def undetermined(self, night: int = 0, *, browser: bool = True) -> dict[str, frozenset[str]]:
        """Targets that nobody can judge that night (0: the last one), with the reasons that are

        true: a site's code or an account's name to words of the access states and of M2.1.
        """
        number = night or len(self.nights())
        found: dict[str, frozenset[str]] = {}
        for site in self.scenario.sites:
            rule = access.STATES[site.state.kind]
            there = not site.state.nights or number in site.state.nights
            walled = rule.hides or (rule.needs_browser and not browser)
            if there and walled and site.running == "正常":
                found[site.code] = rule.reasons
            elif not browser and site.family in access.BROWSER_FAMILIES:
                found[site.code] = frozenset({"script_lists_unread", "empty_shell"})
        for account in self.scenario.accounts:
            scene = SCENES[account.scene]
            there = not account.scene_nights or number in account.scene_nights
            if account.running != "注销" and account.publishing:
                if scene.hides and there:
                    found[account.name] = scene.reasons
                elif account.way == "profile" and not browser:
                    found[account.name] = frozenset({"our_fault", "empty_shell"})
                elif account.silent and not account.looked:
                    found[account.name] = frozenset({"empty_unproven"})
        return found

    def nights(self) -> list[datetime]:
        """The monitoring time points, in order."""
        return list(self.scenario.document.nights)

    def window(self) -> tuple[str, date, date]:
        """Name, first and last day of the sampling window."""
        window = self.scenario.document.window
        return window.name, window.start, window.end

    def probe_plan(self) -> Iterator[tuple[str, date, int, int]]:
        """(site code, day, probes counted, probes failed) for each day from a week before the

        first night to the day before the last; any seven days in a row hold the planned share.
        """
        first = self.nights()[0].date() - timedelta(days=self.scenario.document.probe_days)
        days = (self.scenario.last_night - first).days
        for site in self.scenario.sites:
            counted, failed = site.probes.counted, site.probes.failed
            for place in range(days):
                share = failed // 7 + (1 if place % 7 < failed % 7 else 0)
                yield site.code, first + timedelta(days=place), counted, share

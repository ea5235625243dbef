"""The register around one account: its unit's other accounts, and who is registered at all."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from crawler.platforms.resolve import resolve
from crawler.platforms.sources import parse_sources
from models import Account
from registry.fields import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from crawler.platforms.observation import LinkedAccount

_CLOSED = "注销"
_Family = tuple[int, str]


@dataclass(slots=True)
class Neighbours:
    """The whole register of accounts, read once for a run."""

    families: dict[_Family, list[Account]] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    names: set[tuple[str, str]] = field(default_factory=set)

    def siblings(self, account: Account) -> list[Account]:
        """The other open accounts of the same 开设主体 in the same region, in registry order."""
        if account.canary:
            return []
        return [one for one in self.families.get(_family(account), ()) if one.id != account.id]

    def matrix(self, platform: str) -> frozenset[str]:
        """Every id under which a registered account is known on a platform."""
        return frozenset(self.ids.get(platform, ()))

    def unregistered(self, linked: Iterable[LinkedAccount]) -> tuple[LinkedAccount, ...]:
        """Those of the linked accounts that stand in the register neither by id nor by name."""
        return tuple(
            one
            for one in linked
            if (one.platform, _plain(one.name)) not in self.names
            and one.id not in self.ids.get(one.platform, ())
        )


def read_neighbours(session: Session) -> Neighbours:
    """The register as it stands; closed accounts are known by id and name, and are no siblings."""
    found = Neighbours()
    chosen = select(Account).where(Account.retired.is_(False))
    for account in session.scalars(chosen.order_by(Account.position, Account.id)):
        found.ids.setdefault(account.platform, set()).update(_ids(account))
        found.names.add((account.platform, _plain(account.name)))
        if account.sponsor and account.running_state != _CLOSED and not account.canary:
            found.families.setdefault(_family(account), []).append(account)
    return found


def _plain(name: str) -> str:
    return squeezed(unicodedata.normalize("NFKC", name)).casefold()


def _family(account: Account) -> _Family:
    return account.unit_id, squeezed(account.sponsor)


def _ids(account: Account) -> Iterator[str]:
    home = resolve(account.home_url) if account.home_url else None
    stated: Sequence[str] = (
        account.platform_id,
        home.id if home is not None and home.platform == account.platform else "",
    )
    yield from filter(None, stated)
    try:
        sources = parse_sources(account.sources)
    except ValueError:
        return
    yield from (one.argument for one in sources if one.kind == account.platform)

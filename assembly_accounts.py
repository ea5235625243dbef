"""From stored facts to what the checks are given of one account in one run.

Reads the database and nothing else; everything that decides lies in `checks/`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from checks.accounts import own_words
from checks.facts import AccountFacts, LinkReading, RegisteredAccount
from checks.names import Likeness, account_names
from checks.r_renamed import shown_name
from crawler import factcodec, history
from crawler.platforms.observation import PostKind
from models import Account, OperatorObservation, Run
from registry.neighbours import read_neighbours

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from assembly import RunData
    from crawler.night_rows import NightRows
    from crawler.platforms.observation import Observation


# Built once: a province has thousands of accounts.
_LOOKS = (
    select(OperatorObservation.never_posted)
    .where(
        OperatorObservation.target_id == bindparam("account"),
        OperatorObservation.seen_at <= bindparam("as_of"),
    )
    .order_by(OperatorObservation.seen_at.desc())
    .limit(1)
)


def account_facts(session: Session, data: RunData, account: Account) -> AccountFacts:
    """All that checks may know of one account in this run."""
    kept = data.rows_of(session, account)
    seen = None
    if kept.observation is not None:
        seen = factcodec.decode_observation(kept.observation)
    # Made at once: a copy of so many fields costs as much as a check.
    facts = AccountFacts(
        code=account.code,
        name=account.name,
        platform=account.platform,
        unit=account.sponsor,
        running_state=account.running_state,
        publishing=account.publishing,
        observation=seen,
        newest_known=kept.newest[0] if kept.newest else None,
        newest_known_source=kept.newest[1] if kept.newest else "",
        canary_ok=data.canaries.get(account.platform),
        never_posted_proven=kept.looked_at and _never_posted(session, data.run, account),
        captures=tuple(row.id for row in kept.captures),
        printed=account.platform_printed,
        principal=account.principal,
        batch_healthy=_batch_healthy(session, data, account.platform),
        menu_links=_menu_links(kept),
        **_around(session, data, account, seen),
    )
    return _with_history(session, account, facts, data.run)


def _around(
    session: Session, data: RunData, account: Account, seen: Observation | None
) -> dict[str, Any]:
    """The register around the account: `siblings`, `unregistered`, `matrix`."""
    if data.neighbours is None:
        data.neighbours = read_neighbours(session)
    known = data.neighbours
    sources = seen.sources if seen is not None else ()
    linked = dict.fromkeys(one for source in sources for one in source.reading.linked)
    liked = any(post.kind is PostKind.LIKED for source in sources for post in source.reading.posts)
    return {
        "siblings": tuple(_sibling(one, account) for one in known.siblings(account)),
        "unregistered": known.unregistered(linked),
        "matrix": known.matrix(account.platform) if liked else frozenset(),
    }


def _sibling(one: Account, account: Account) -> RegisteredAccount:
    return RegisteredAccount(
        name=one.name,
        platform=one.platform,
        printed=one.platform_printed,
        principal=one.principal,
        before=(one.position, one.id) < (account.position, account.id),
    )


def _menu_links(kept: NightRows) -> tuple[LinkReading, ...] | None:
    """What of the account's menu was checked."""
    return None if kept.links is None else tuple(factcodec.decode_links(kept.links))


def _with_history(
    session: Session, account: Account, facts: AccountFacts, run: Run
) -> AccountFacts:
    """Earlier runs are asked only where this one gives reason: closed, gone, or another name."""
    if account.running_state == "注销":
        since = history.closed_since(session, account.id, run.as_of)
        seen = history.seen_by_a_person(session, account.id, run.as_of)
        facts = replace(facts, closed_since=since)
        if seen is None or (facts.newest_known is not None and seen <= facts.newest_known):
            return facts
        return replace(facts, newest_known=seen, newest_known_source="operator")
    if any(history.is_gone(one.reading) for one in own_words(facts)):
        gone = history.gone_before(session, account.id, account.platform, run.as_of)
        facts = replace(facts, gone_before=gone)
    shown = shown_name(facts)
    if shown and account_names(account.name, shown) is not Likeness.SAME:
        names = history.names_before(session, account.id, account.platform, run.as_of)
        facts = replace(facts, names_before=names)
    return facts


def _batch_healthy(session: Session, data: RunData, platform: str) -> bool:
    if platform not in data.healthy:
        data.healthy[platform] = history.shows_fresh_posts(session, platform, data.run.as_of)
    return data.healthy[platform]


def _never_posted(session: Session, run: Run, account: Account) -> bool:
    """A person looked and said so; machines never prove it alone."""
    looks = session.scalars(_LOOKS, {"account": account.id, "as_of": run.as_of})
    return bool(looks.first())

"""规则: readable rulesets, an overlay edited and compared, lexicons, a check tried on a page."""

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

import inspection
from checks.registry import ALL
from checks.ruleset import RulesetError
from crawler.platforms import inspect as accounts
from crawler.single import fetch_one
from review import rulesets
from web import audit, overlays, words
from web.desk import DeskError
from web.identity import Person, desk_of
from web.pages.given import Asked, Fields, Operator, Reader, Short, WholeAdmin
from web.templating import render, tell

router = APIRouter()
KEY = "judge:"
"""And the ticket of the overlay that is compared."""
TERMS_SHOWN = 300
TURNED_SHOWN = 300


@router.get("/rules")
def show(request: Request, person: Reader) -> Response:
    """Every check with its clause, severity and parameters under the ruleset in force."""
    desk = desk_of(request)
    rules, failure = None, ""
    with desk.readers() as session:
        try:
            rules = rulesets.in_force(session, desk.settings)
        except RulesetError as error:
            failure = str(error)
        return render(
            request,
            "rules.html",
            here="rules",
            checks=ALL,
            rules=rules,
            failure=failure,
            history=rulesets.history(session),
            own=overlays.of_settings(desk.settings),
            editing=person.may("administer") and person.whole,
        )


@router.get("/rules/overlay")
def edit(request: Request, person: WholeAdmin) -> Response:
    """The overlay in an editor."""
    del person
    desk = desk_of(request)
    with desk.readers() as session:
        overlay = overlays.text(session, desk.settings)
    return _editor(request, overlay)


@router.post("/rules/overlay")
def compare(request: Request, person: WholeAdmin, given: Fields) -> Response:
    """Check an overlay, and have the last night judged under it without keeping anything."""
    desk = desk_of(request)
    # Browsers send the line ends of forms as two characters.
    overlay = given.get("overlay", "").replace("\r\n", "\n")
    try:
        with desk.readers() as session:
            after, changed = overlays.checked(session, desk.settings, overlay)
    except DeskError as error:
        return _editor(request, overlay, failure=error.message, status=422)
    path = overlays.keep_draft(desk.settings, overlay)
    ticket = overlays.ticket_of(overlay)
    arguments = ["judge", "--diff", "--json", "--ruleset", str(path)]
    desk.errands.ask(KEY + ticket, after.name, arguments, by=person.name, at=desk.now())
    return _editor(request, overlay, changed, ticket)


def _editor(
    request: Request,
    overlay: str,
    changed: dict[str, list[str]] | None = None,
    ticket: str = "",
    *,
    failure: str = "",
    status: int = 200,
) -> Response:
    errand = desk_of(request).errands.of(KEY + ticket)
    return render(
        request,
        "overlay.html",
        status=status,
        here="rules",
        overlay=overlay,
        changed=changed,
        failure=failure,
        examples=overlays.examples(),
        errand=errand,
        ticket=ticket,
        turned=_turned(errand),
        shown=TURNED_SHOWN,
    )


@router.get("/rules/overlay/diff")
def diff(request: Request, person: WholeAdmin, ticket: Asked = "") -> Response:
    """What the comparison found so far."""
    del person
    errand = desk_of(request).errands.of(KEY + ticket)
    if errand is None:
        raise DeskError(404, "还没有比较过")
    return render(
        request,
        "parts/diff.html",
        errand=errand,
        ticket=ticket,
        turned=_turned(errand),
        shown=TURNED_SHOWN,
    )


def _turned(errand: Any) -> list[dict[str, Any]]:
    """The verdicts that would turn, as `judge --diff --json` tells them."""
    if errand is None or errand.state != "done":
        return []
    told: list[dict[str, Any]] = []
    for line in errand.output.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict):
            told.extend(one for one in read.get("turned", []) if isinstance(one, dict))
    # What was judged before comes first: a check that is new turns nothing.
    return sorted(told, key=lambda one: one.get("before") is None)


@router.post("/rules/apply")
def apply(request: Request, person: WholeAdmin, ticket: Short) -> Response:
    """Put a compared overlay in force from the next judgement on; its comparison was seen."""
    desk = desk_of(request)
    overlay = overlays.draft(desk.settings, ticket)
    errand = desk.errands.of(KEY + ticket)
    if errand is None or not errand.ended:
        raise DeskError(409, "请先等比较完成，看过变化再启用")
    return _put_in_force(request, person, overlay, "ruleset.apply")


@router.post("/rules/retire")
def retire(request: Request, person: WholeAdmin) -> Response:
    """Judge by the settings' own ruleset again."""
    return _put_in_force(request, person, "", "ruleset.retire")


def _put_in_force(request: Request, person: Person, overlay: str, action: str) -> Response:
    desk = desk_of(request)
    at = desk.now()
    with desk.writers.begin() as session:
        rules = overlays.apply(session, desk.settings, overlay, by=person.name, at=at)
        audit.note(session, person, action, rules.name, at=at, digest=rules.digest[:12])
        name = rules.name
    return tell(request, "/rules", f"现行规则为 {name}，下次判定时生效")


@router.get("/rules/lexicon")
def lexicon(request: Request, person: Reader) -> Response:
    """The words that are looked for."""
    del person
    desk = desk_of(request)
    try:
        with desk.readers() as session:
            terms = rulesets.in_force(session, desk.settings).lexicon.terms
    except RulesetError as error:
        raise DeskError(409, str(error)) from error
    return render(
        request, "lexicon.html", here="rules", terms=terms[:TERMS_SHOWN], total=len(terms)
    )


@router.get("/rules/try")
def try_form(request: Request, person: Operator) -> Response:
    """A page to be read on trial."""
    del person
    return _trial(request, "", "", "", "")


@router.post("/rules/try")
def try_page(request: Request, person: Operator, url: Short, platform: Short = "") -> Response:
    """What the extractor reads off a page or a payload; nothing is stored."""
    del person
    desk = desk_of(request)
    url = url.strip()
    if not url.startswith(("http://", "https://")):
        return _trial(request, url, platform, "", "网址应以 http:// 或 https:// 开头", 422)
    at = desk.now()
    capture = fetch_one(desk.settings, url, at)
    if platform:
        try:
            reading = accounts.inspect(platform, capture.body, url=url, as_of=at)
        except ValueError as error:
            return _trial(request, url, platform, "", str(error), 422)
        told = accounts.to_contract(reading)
    else:
        facts = inspection.page_of_capture(capture, at, desk.settings.parse_cap)
        told = inspection.contract(facts)
    text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
    return _trial(request, url, platform, text, "")


def _trial(
    request: Request, url: str, platform: str, told: str, failure: str, status: int = 200
) -> Response:
    return render(
        request,
        "try.html",
        status=status,
        here="rules",
        url=url,
        platform=platform,
        platforms=words.PLATFORMS,
        told=told,
        failure=failure,
    )

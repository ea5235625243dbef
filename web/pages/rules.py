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
from web import audit, overlays, words
from web.desk import DeskError
from web.identity import desk_of
from web.pages.given import Fields, Operator, Reader, Short, WholeAdmin
from web.templating import render, tell

router = APIRouter()
KEY = "judge-draft"
TERMS_SHOWN = 300
TURNED_SHOWN = 300


@router.get("/rules")
def show(request: Request, person: Reader) -> Response:
    """Every check with its clause, severity and parameters under the ruleset in force."""
    desk = desk_of(request)
    try:
        rules, failure = overlays.current(desk.settings), ""
    except RulesetError as error:
        rules, failure = None, str(error)
    return render(
        request,
        "rules.html",
        here="rules",
        checks=ALL,
        rules=rules,
        failure=failure,
        editing=person.may("administer") and person.whole,
    )


@router.get("/rules/overlay")
def edit(request: Request, person: WholeAdmin) -> Response:
    """The overlay in an editor."""
    del person
    desk = desk_of(request)
    return _editor(request, overlays.text(desk.settings), {}, "")


@router.post("/rules/overlay")
def compare(request: Request, person: WholeAdmin, given: Fields) -> Response:
    """Check an overlay, and have the last night judged under it without keeping anything."""
    desk = desk_of(request)
    overlay = given.get("overlay", "")
    try:
        after, changed = overlays.checked(desk.settings, overlay)
    except DeskError as error:
        return _editor(request, overlay, {}, error.message, status=422)
    path = overlays.keep_draft(desk.settings, overlay)
    arguments = ["judge", "--diff", "--json", "--ruleset", str(path)]
    desk.errands.ask(KEY, after.name, arguments, by=person.name, at=desk.now())
    return _editor(request, overlay, changed, "")


def _editor(
    request: Request, overlay: str, changed: dict[str, list[str]], failure: str, status: int = 200
) -> Response:
    desk = desk_of(request)
    return render(
        request,
        "overlay.html",
        status=status,
        here="rules",
        overlay=overlay,
        changed=changed,
        failure=failure,
        examples=overlays.examples(),
        errand=desk.errands.of(KEY),
        turned=_turned(desk.errands.of(KEY)),
        in_force=desk.settings.ruleset is not None,
        shown=TURNED_SHOWN,
    )


@router.get("/rules/overlay/diff")
def diff(request: Request, person: WholeAdmin) -> Response:
    """What the comparison found so far."""
    del person
    errand = desk_of(request).errands.of(KEY)
    if errand is None:
        raise DeskError(404, "还没有比较过")
    return render(
        request, "parts/diff.html", errand=errand, turned=_turned(errand), shown=TURNED_SHOWN
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
def apply(request: Request, person: WholeAdmin) -> Response:
    """Put the compared overlay in force from the next judgement on."""
    desk = desk_of(request)
    path = overlays.apply(desk.settings, desk.now())
    with desk.writers.begin() as session:
        audit.note(session, person, "ruleset.apply", path.name, at=desk.now())
    return tell(request, "/rules", "规则已启用，下次判定时生效")


@router.get("/rules/lexicon")
def lexicon(request: Request, person: Reader) -> Response:
    """The words that are looked for."""
    del person
    desk = desk_of(request)
    try:
        terms = overlays.current(desk.settings).lexicon.terms
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

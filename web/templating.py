"""Pages out of templates: one environment a language, everything escaped."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from itsdangerous import BadData
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from checks.deadlines import BEIJING
from review import moments
from web import evidence_words, words
from web.identity import Person, desk_of, language_of
from web.language import LANGUAGES, translations
from web.roles import Right

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

TOLD = "xuncha_told"
TOLD_SECONDS = 60
_FOLDER = Path(__file__).with_name("templates")

NAVIGATION = (
    ("overview", "/", "总览", Right.READ),
    ("queue", "/queue", "审核队列", Right.READ),
    ("undetermined", "/undetermined", "未能核实", Right.READ),
    ("sites", "/sites", "网站", Right.READ),
    ("accounts", "/accounts", "账号", Right.READ),
    ("rectification", "/rectification", "整改", Right.READ),
    ("windows", "/windows", "窗口与通报", Right.READ),
    ("registry", "/registry", "名录", Right.READ),
    ("rules", "/rules", "规则", Right.READ),
    ("precision", "/precision", "精度", Right.READ),
    ("notices", "/notifications", "通知", Right.READ),
    ("users", "/users", "用户与审计", Right.ADMINISTER),
)
"""name, address, heading, what one must be allowed to."""


def render(
    request: Request, template: str, *, status: int = 200, here: str = "", **context: Any
) -> Response:
    """A page, or a part of one, in the language of whoever asks."""
    person: Person | None = getattr(request.state, "person", None)
    language = person.language if person else language_of(request)
    flash = _told(request)
    page = _environment(language).get_template(template)
    text = page.render(
        person=person,
        language=language,
        languages=LANGUAGES,
        navigation=[one for one in NAVIGATION if person and person.may(one[3])],
        here=here,
        path=request.url.path,
        flash=flash,
        partial=request.headers.get("hx-request") == "true",
        **context,
    )
    response = HTMLResponse(text, status)
    if flash:
        response.delete_cookie(TOLD)
    return response


def tell(request: Request, address: str, sentence: str) -> Response:
    """Go on to a page of ours that begins with this sentence."""
    response = RedirectResponse(address, 303)
    desk = desk_of(request)
    signed = desk.signer("told").dumps(sentence[:600])
    response.set_cookie(
        TOLD,
        signed if isinstance(signed, str) else signed.decode(),
        max_age=TOLD_SECONDS,
        httponly=True,
        samesite="lax",
        secure=desk.secure,
    )
    return response


def _told(request: Request) -> str:
    signed = request.cookies.get(TOLD)
    if not signed or request.headers.get("hx-request") == "true":
        return ""
    try:
        return str(desk_of(request).signer("told").loads(signed, max_age=TOLD_SECONDS))
    except BadData:
        return ""


@cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    gettext = translations(language).gettext
    made.globals["_"] = partial(_translated, gettext)
    made.globals["words"] = words
    made.globals["evidence_words"] = evidence_words
    made.filters.update(
        moment=_moment, day=_day, share=_share, number=_number, last_update=_last_update, part=_part
    )
    return made


def _translated(gettext: Any, text: str, **values: object) -> str:
    """`text` in the language, with `{name}` filled in; template output escapes it."""
    found = str(gettext(text)) if text else ""
    return found.format(**values) if values else found


def _moment(value: datetime | None) -> str:
    return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M}" if value else "—"


def _day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(BEIJING):%Y-%m-%d}"
    return value.isoformat() if value else "—"


def _last_update(text: str | None) -> str:
    """A stored `last_update`, to the minute where it holds one."""
    if not text:
        return "—"
    read = moments.moment(text)
    return text if len(text) == 10 or read is None else _moment(read)


def _share(value: float | None) -> str:
    return f"{value:.1%}" if value is not None else "—"


def _number(value: int | None) -> str:
    return f"{value:,}" if value is not None else "—"


def _part(text: object) -> str:
    """A value as one safe part of an address."""
    return quote(str(text), safe="")

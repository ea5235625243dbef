"""Ways to ask or suggest that a page offers, told from petition, discipline and surveys (W5.1)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.extract.column_names import is_article_address
from crawler.extract.facts import Channel
from crawler.extract.visibility import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawler.extract.document import Document, Link

_NAME_LIMIT = 20
_PLAIN_LIMIT = 12  # a longer name is a title of an article, unless it ends like a channel
_CHANNEL_END = re.compile(r"(?:信箱|留言|写信|咨询|建议|互动|平台|热线|问政|举报|征集|访谈)$")
_CHANNELS = 60
_FORMS = 20

# In order: the first pattern that a name fits decides. Petition and discipline are excluded by
# W5.1 even where they call themselves a mailbox.
_KINDS = (
    (
        "other",
        re.compile(
            r"依申请公开|网站纠错|找错|选登|公开$|统计$|办理情况|情况通报|须知|说明$|指南$|办法$|流程$"
        ),
    ),
    ("petition", re.compile(r"信访|上访")),
    (
        "discipline",
        re.compile(
            r"纪检|纪委|监委|(?<!劳动)(?<!保障)监察(?!大队|支队|总队|中队|执法)|12388|廉政|廉洁|巡[视察]|腐败|举报|扫黑|行风|作风|违[纪法规]"
        ),
    ),
    ("interview", re.compile(r"访谈|在线直播|新闻发布")),
    ("survey", re.compile(r"征集|调查|问卷|民调|投票|听证|征求意见|测评|评议")),
    (
        "consult",
        re.compile(
            r"信箱|咨询|建言|献策|留言|写信|来信|寄信|政民互动|互动交流|交流互动|问政|意见建议|建议意见|意见箱|意见反馈|我要建议|建议$|诉求|直通车"
            r"|12345|提问|公众参与|公众互动|互动平台|网民|民生热线|投诉|我有话说|你问我答|网上互动|官民互动|政务互动|百姓|民声|民意|互动$|办不成事"
        ),
    ),
)
_HINT = re.compile(
    r"信箱|信件(?:办理)?统计|咨询|建言|献策|留言|信$|互动|问政|意见|建议|诉求|直通|123[48]|提问|公众参与|网民|热线|投诉|话说|问我答|百姓|民[声意]"
    r"|信访|上访|纪[检委]|监[委察]|廉|巡[视察]|腐败|举报|扫黑|风$|违|访谈|直播|征集|调查|问卷|民调|投票|听证|测评|评议|办不成事"
)
_NARROW = ("petition", "discipline")
_OPEN = re.compile(r"(?:咨询|求助).{0,6}(?:建议|建言|意见)|(?:建议|建言|意见).{0,6}(?:咨询|求助)")
_SUBMIT_WORDS = re.compile(r"提\s*交|发\s*送|确\s*定|留\s*言|写\s*信|发\s*表|[Ss]ubmit|下一步")
_SEARCH = re.compile(r"搜索|检索|查询|[Ss]earch|登\s*录|[Ll]ogin")
_OPENS = re.compile(r"open|location|href|go|url", re.IGNORECASE)


def read_channels(document: Document) -> tuple[Channel, ...]:
    """Channels offered on a page, each with its kind; forms are looked at, never submitted.

    A link counts when it leads somewhere: to an address, a mail address or a script that opens
    one. A form counts when it has a text field and something to press.
    """
    found: dict[tuple[str, str], Channel] = {}
    for channel in (*_form_channels(document), *_link_channels(document)):
        found.setdefault((channel.url or channel.name, channel.kind), channel)
        if len(found) >= _CHANNELS:
            break
    return tuple(found.values())


def channel_kind(name: str) -> str:
    """consult, petition, discipline, survey, interview or other, for the name of a channel."""
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), "")


def _link_channels(document: Document) -> Iterator[Channel]:
    for link in document.links:
        name = link.text or link.title
        if not 2 <= len(name) <= _NAME_LIMIT:
            continue
        name, kind = _named(name)
        address = _address(document, link) if kind else ""
        if address and not is_article_address(address):
            yield Channel(name=name, url=address, kind=kind)


@lru_cache(maxsize=8192)  # the pages of a site have the same menus
def _named(text: str) -> tuple[str, str]:
    """The name and the kind of a channel that the text of a link names; no kind where it is none."""
    name = "".join(text.split()).strip("·|>»《》【】[]")
    if not _HINT.search(name) or (len(name) > _PLAIN_LIMIT and not _CHANNEL_END.search(name)):
        return name, ""
    return name, channel_kind(name)


def _address(document: Document, link: Link) -> str:
    if link.url:
        return link.url
    if link.href.lower().startswith("mailto:") and "@" in link.href:
        return link.href[:200]
    action = document.outline.nodes[link.index].attributes.get("onclick") or ""
    if not action and link.href.lower().startswith("javascript:"):
        action = link.href[11:]
    return _opened(document, action)


def _opened(document: Document, action: str) -> str:
    """The address that a click opens, as far as the markup names it."""
    match = re.search(r"[\"']([^\"'\s]{3,300})[\"']", action)
    if match is None or not _OPENS.search(action):
        return ""
    return document.resolve(match[1]) if "/" in match[1] or "." in match[1] else ""


def _form_channels(document: Document) -> Iterator[Channel]:
    for area in document.nodes("textarea")[:_FORMS]:
        if "disabled" in area.attributes or "readonly" in area.attributes or not shown(area):
            continue
        holder = _holder(area)
        if holder is None:
            continue
        words = holder.text()[:2000]
        kind = _form_kind(document, words)
        name = document.title or "在线提交"
        yield Channel(name=name[:_NAME_LIMIT], url=document.url, kind=kind, form=True)
        return


def _holder(area: LexborNode) -> LexborNode | None:
    """The nearest block around a text field that has something to press for submitting."""
    current = area.parent
    for _ in range(8):
        if current is None or current.tag in {"body", "html"}:
            return None
        if _can_submit(current):
            return current
        if current.tag == "form":
            return None
        current = current.parent
    return None


def _can_submit(block: LexborNode) -> bool:
    for node in block.css(
        'input[type="submit" i], input[type="image" i], input[type="button" i], button, a[onclick]'
    ):
        attributes = node.attributes
        if "disabled" in attributes:
            continue
        label = f"{attributes.get('value') or ''}{node.text()}{attributes.get('title') or ''}"
        if _SEARCH.search(label):
            continue
        submits = (attributes.get("type") or "").lower() in {"submit", "image"}
        if (submits or _SUBMIT_WORDS.search(label)) and shown(node):
            return True
    return False


def _form_kind(document: Document, words: str) -> str:
    """What a form is for: by the page's title, else by the words around its fields."""
    titled = channel_kind(document.title)
    if titled and titled != "survey":
        return titled
    near = channel_kind(said := "".join(words.split()))
    if near in _NARROW and _OPEN.search(said):
        near = "consult"  # 咨询 投诉 建议 举报 to choose from: a letter of any kind
    return titled or near or "consult"

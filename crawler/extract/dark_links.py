"""暗链: links that were slipped into a page, and the marks of a site that changed hands.

Precision before all: a hidden menu of counties, a pop-up of newspapers or a badge moved off the
screen is ordinary. What is told here is a block of links to strangers that stands outside the page's
own structure and is hidden from people, or an address or title that sells gambling or pornography.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.addresses import host_of, registrable
from crawler.extract.facts import PageLink
from crawler.extract.footer import read_footer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from selectolax.lexbor import LexborNode

    from crawler.extract.document import Document, Link

HIDDEN, FARM, GAMBLING, TITLE = "hidden", "farm", "gambling", "title"
"""Roles of what is found: hidden strangers, a visible block of strangers behind the footer,

an advertised gambling or pornographic address, a page title that is one.
"""

_STRANGERS: Final = 5
_FARM: Final = 10
_MOST: Final = 12
_LEVELS: Final = 12
_TRUSTED: Final = (
    ".gov.cn",
    ".edu.cn",
    ".mil.cn",
    ".ac.cn",
    ".政务",
    ".xn--zfr164b",
    ".gov.mo",
    ".gov.hk",
)

# Names under which gambling and pornography are sold; no word that a notice about them would need.
_SOLD: Final = re.compile(
    r"百家乐|时时彩|老虎机|六合彩|娱乐城|真人(?:娱乐|视讯|荷官|百家)|葡京(?:娱乐|赌场|会|网|官)|新葡京|北京赛车|赛车pk10|pk10(?:开奖|计划|投注)|"
    r"幸运飞艇|飞艇计划|极速赛车|极速飞艇|博彩(?:网|公司|平台|娱乐|导航|app)|澳门(?:娱乐|赌场|银河|威尼斯人?)(?:官|网|平台|场|城)|"
    r"(?:太阳城|皇冠|永利|金沙|威尼斯人|亚博|万博|必威|乐鱼|凯发|华体会|优德|立博|伟德|明升|沙巴|狗万)(?:娱乐|体育|棋牌|线上|真人|赌场|开户|投注)|"
    r"(?:bet365|betway|188bet|开元棋牌|狗万)(?:官网|官方|平台|app|APP|注册|登[录陆]|下载|入口|网址|备用|体育)|"
    r"(?:体育|足球|彩票|棋牌|电竞|外围|线上|网上)(?:投注|博彩|下注|赌场|赌博平台|现金网?|信用盘)|(?:投注|现金|信用)(?:网|盘|平台)(?:官|注册|开户|登|下载)|"
    r"(?:彩票|棋牌)(?:平台|app|APP)(?:注册|下载|登[录陆]|官网|开户)|注册(?:就)?送(?:彩金|现金|\d{1,4}元)|首存(?:送|优惠)|炸金花|斗牛牛|捕鱼(?:平台|送分)|"
    r"成人(?:视频|电影|av|AV|小说|影院|直播)|(?:国产|亚洲|欧美|日韩)(?:av|AV|无码|有码|精品视频|成人|一区|自拍偷拍)|一本道|久久(?:热|精品|综合)(?:视频|网|在线)?|"
    r"黄色(?:网站|视频|电影)(?:在线|免费|大全)|裸聊(?:平台|直播|网|app)|(?:上门|同城)(?:约炮|援交|包夜)|一夜情(?:交友|网)|激情(?:视频|图片|小说)(?:网|在线|免费)|"
    r"代开(?:各类|各地|全国)?发票|办(?:真实?|各类)?假?(?:毕业证|文凭)(?:网|q|Q|微|电)|私服(?:发布网|网|一条龙)|传奇sf|六肖|特码(?:资料|网)|马会(?:资料|传真|开奖)",
)
# Pages about such things name them, too: they warn, forbid and punish.
_ABOUT: Final = re.compile(
    r"打击|严打|整治|治理|查处|查获|侦破|破获|抓获|通报|警惕|防范|反诈|诈骗|禁止|举报|犯罪|涉嫌|案件?|涉赌|赌博罪|处罚|公安|警方|民警|法院|检察|判决|宣传|提醒|揭秘|骗局|曝光|拒绝|远离|危害"
)
_HIDING: Final = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|font-size\s{0,3}:\s{0,3}0(?![.\d])|opacity\s{0,3}:\s{0,3}0(?![.\d])|"
    r"(?:left|top|right|margin-left|margin-top|text-indent)\s{0,3}:\s{0,3}-\d{3,6}|"
    r"(?:height|width)\s{0,3}:\s{0,3}[01](?:px)?\s{0,3}(?:;|$)|z-index\s{0,3}:\s{0,3}-\d{2,6}",
    re.IGNORECASE,
)
_SCRIPTED: Final = re.compile(
    r"document\.write\([\"']<(?:div|span|p|ul|table)[^>]{0,60}(?:display\s{0,3}:\s{0,3}none|position\s{0,3}:\s{0,3}absolute)",
    re.IGNORECASE,
)


def danger_of(title: str, more: str = "") -> str:
    """The mark of a page that sells gambling or pornography, or an empty string.

    `title` is what the page calls itself, `more` its keywords and description. One name in the
    title must be joined by another name anywhere; a page that warns about such things is none.
    """
    said = f"{title} {more}"[:4000]
    if not (found := _names(said)) or _ABOUT.search(said):
        return ""
    return "、".join(found[:3])[:60] if len(found) > 1 and _SOLD.search(title) else ""


def read_dark_links(document: Document, meta: Mapping[str, str]) -> tuple[PageLink, ...]:
    """What was slipped into a page, most telling first, at most 12. Never raises."""
    found: list[PageLink] = []
    keywords = " ".join(meta.get(name, "") for name in ("Keywords", "Description"))
    if mark := danger_of(document.title, keywords):
        found.append(PageLink(document.url, mark, TITLE))
    home = document.home
    others = [link for link in document.links if link.url and not link.url.startswith(home)]
    strangers = [link for link in others if _is_stranger(document, link)]
    if strangers:
        found += _sold(strangers)
        found += _hidden(document, strangers) or _farm(document, strangers)
    distinct = {(link.role, link.url): link for link in found}
    return tuple(distinct.values())[:_MOST]


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(match[0] for match in _SOLD.finditer(text)))


def _is_stranger(document: Document, link: Link) -> bool:
    """A link to a house that is neither the page's own nor one of the state's or the schools'."""
    if not document.leaves(link.url) or not link.url.startswith(("http://", "https://")):
        return False
    return not f".{host_of(link.url)}".endswith(_TRUSTED)


def _sold(strangers: Iterable[Link]) -> list[PageLink]:
    """Links whose own words advertise what may not be advertised."""
    return [
        PageLink(link.url, link.text[:120], GAMBLING)
        for link in strangers
        if _SOLD.search(said := f"{link.text} {link.title}") and not _ABOUT.search(said)
    ]


def _hidden(document: Document, strangers: Sequence[Link]) -> list[PageLink]:
    """Blocks that hide links to several strangers and none to the site itself."""
    blocks: dict[int, list[Link]] = {}
    for link in strangers:
        block = _hiding_block(document, link.index)
        if block >= 0:
            blocks.setdefault(block, []).append(link)
    found: list[PageLink] = []
    for block, links in blocks.items():
        if _houses(links) >= _STRANGERS and _is_foreign(document, block, len(links)):
            found += [PageLink(link.url, link.text[:120], HIDDEN) for link in links]
    return found


def _hiding_block(document: Document, index: int) -> int:
    """The outermost element around a link that hides it by its own markup; -1 when it is shown."""
    outline = document.outline
    block, current = -1, index
    for _ in range(_LEVELS):
        current = outline.parents[current]
        if current < 0 or outline.tags[current] in {"body", "html"}:
            break
        if _hides(document, current):
            block = current
    return block


def _hides(document: Document, index: int) -> bool:
    outline = document.outline
    attributes = outline.nodes[index].attributes
    if "hidden" in attributes or _HIDING.search((attributes.get("style") or "")[:400]):
        return True
    if outline.tags[index] == "marquee":
        return _tiny(attributes.get("height")) or _tiny(attributes.get("width"))
    return _written_around(outline.nodes[index])


def _written_around(node: LexborNode) -> bool:
    """Whether a script just before an element opens a hidden box that swallows it."""
    before = node.prev
    while before is not None and before.tag == "-text":
        before = before.prev
    if before is None or before.tag != "script":
        return False
    return bool(_SCRIPTED.search((before.text() or "")[:2000]))


def _tiny(value: str | None) -> bool:
    digits = (value or "").strip().removesuffix("px")
    return digits.isascii() and digits.isdigit() and int(digits[:6]) <= 10


def _is_foreign(document: Document, block: int, strangers: int) -> bool:
    """A block outside the page's structure in which strangers are by far the most.

    A hidden menu or pop-up stands inside the structure, or leads into the site and to the state.
    """
    outline = document.outline
    inside = sum(
        block < link.index < outline.ends[block] and bool(link.url) for link in document.links
    )
    if strangers * 4 < inside * 3:
        return False
    parent = outline.parents[block]
    outermost = parent < 0 or outline.tags[parent] in {"body", "html"}
    return outermost or _is_behind_footer(document, block)


def _is_behind_footer(document: Document, index: int) -> bool:
    footer = read_footer(document)
    return footer is not None and footer.certain and index > footer.places[-1][1]


def _farm(document: Document, strangers: Sequence[Link]) -> list[PageLink]:
    """A block of strangers that everybody sees, behind the last line of the footer."""
    behind = [link for link in strangers if _is_behind_footer(document, link.index)]
    if len(behind) < _FARM or _houses(behind) < _FARM:
        return []
    return [PageLink(link.url, link.text[:120], FARM) for link in behind]


def _houses(links: Iterable[Link]) -> int:
    return len({registrable(link.url) for link in links})

"""Codes, sponsor and telephone, read out of the text of a footer (indicators 8.1, 13.1, 14)."""

from __future__ import annotations

import re
from typing import NamedTuple


class Item(NamedTuple):
    """One item as read, and where it stands in the text."""

    value: str
    start: int
    end: int


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼蜀滇黔陇港澳台"

# --- 网站标识码 -----------------------------------------------------------------------------

CODE = r"(?:\d{6}|bm\d{4})\d{4}"
_CODE_ALONE = re.compile(CODE, re.IGNORECASE)
# Sixteen characters with an M in the middle are the code of an account, not of a site.
_SITE_CODE = re.compile(
    rf"(?:标\s?识|识别|标志(?=码))(?:编?[码号]|编码|代码)?(?:编号)?\W{{0,10}}(?:为|是)?\s?({CODE})(?![\dM])",
    re.IGNORECASE,
)
_SEQUENCES = ("0123456789", "1234567890", "9876543210")


def is_site_code(text: str) -> bool:
    """Whether the text has the shape of a 网站标识码 and is no placeholder."""
    if _CODE_ALONE.fullmatch(text) is None:
        return False
    return text not in _SEQUENCES and len(set(text)) > 1 and not text.startswith("00")


def site_code(text: str) -> Item | None:
    """The printed 网站标识码, whatever its label's spelling; the last one that is real."""
    found = [m for m in _SITE_CODE.finditer(text) if is_site_code(m[1])]
    return Item(found[-1][1].lower(), found[-1].start(), found[-1].end()) if found else None


# --- ICP ------------------------------------------------------------------------------------

_SUFFIX = r"(?:\s{0,2}[-_]\s{0,2}\d{1,3}(?!\d))?"
_NUMBER = rf"\s{{0,3}}(?!0{{6}})\d{{6,10}}{_SUFFIX}\s{{0,2}}号?{_SUFFIX}"
_ICP = re.compile(
    rf"\(?[{_PROVINCES}]\)?\s{{0,2}}I[CP][CP]\s{{0,2}}(?:备案|备|证)?[第字编号]{{0,3}}\s{{0,2}}:?{_NUMBER}",
    re.IGNORECASE,
)
_ICP_BARE = re.compile(
    rf"ICP\s{{0,2}}(?:备案|备|证)[第字编号]{{0,3}}\s{{0,2}}:?{_NUMBER}", re.IGNORECASE
)
_LICENCE = re.compile(
    rf"(?:ICP|许可)[^\d\n]{{0,12}}?([{_PROVINCES}]?B2-\d{{8}}(?:-\d{{1,3}})?)", re.IGNORECASE
)


def icp(text: str) -> Item | None:
    """The ICP number as printed, without inner spaces; a licence number where only that stands."""
    match = _ICP.search(text) or _ICP_BARE.search(text)
    if match is not None and "证" in match[0]:  # a filing outranks a licence printed before it
        match = next((m for m in _ICP.finditer(text) if "备" in m[0]), match)
    if match is not None:
        return Item("".join(match[0].split()), match.start(), match.end())
    licence = _LICENCE.search(text)
    return Item(licence[1], licence.start(1), licence.end(1)) if licence else None


# --- 公安备案 -------------------------------------------------------------------------------

_POLICE = re.compile(
    r"(?:公[\u4e00-\u9fff]{0,2}网[安警监]?备|公安(?:机关|部门?|局)?(?:联网|网络)?备案|网[警监]备案|网安备)[^\dA-Za-z]{0,16}?(\d{10,14})(?!\d)"
    r"|公安?备\s{0,2}:?\s{0,2}(\d{14})(?!\d)"  # 郑公备:41…, 沪公安备:31…
)
POLICE_LINK = re.compile(r"(?:recordcode|[?&]code)=(\d{11,14})(?!\d)", re.IGNORECASE)


def police(text: str) -> Item | None:
    """The digits of the police filing number as printed (14, fewer in old forms)."""
    match = _POLICE.search(text)
    return Item(match[1] or match[2], match.start(), match.end()) if match else None


# --- 主办单位 -------------------------------------------------------------------------------

_SPONSOR = re.compile(
    r"(?:主管)?主\s{0,4}办(?:[、/和及]?[承协]办)?(?:\s{0,2}单\s{0,2}位|机关|部门|方)?(?:名称)?(?:\s*:\s*|\s+)([^\s:|,，。;；]{3,60})"
)
_SPONSOR_AFTER = re.compile(
    r"(?:^|[\s:|由])([^\s:|,，。;；由]{4,40}?)[ \t]{0,8}主办(?=[\s,，。;；|、]|$|.{2,30}承办)"
)
_CUT = re.compile(
    r"承办|协办|版权|联系|地址|技术支持|电话|维护|运维|邮编|邮箱|网站标识|备案|ICP|Copyright|©|copyright|\(c\)|All|主管|网址|举报|建议使用"
)
_CARRIES = re.compile(r"\s{0,3}(?:[承协]办|维护|建设|制作|管理)(?!单位|:)")
_BODY = re.compile(r"(?:政府|委员会|市委|县委|区委|省委|办公室|办公厅|局|厅|中心)$")
_PARTY_BEFORE = re.compile(r"(中共[\u4e00-\u9fff]{2,16}委)[ \t]{1,8}$")
_NOT_NAMES = ("单位", "http", "www.", "XX")


def sponsor(text: str) -> Item | None:
    """The body named as 主办; 版权所有 alone names no sponsor."""
    if "办" not in text:
        return None
    for match in _SPONSOR.finditer(text):
        if ":" not in match[0] and _ends_a_name(text, match):
            continue
        name = _trimmed(_CUT.split(match[1], maxsplit=1)[0]).removesuffix("主办")
        if _is_name(name):
            return Item(name + _second_body(text, match, name), match.start(), match.end())
    after = _SPONSOR_AFTER.search(text)
    if after is not None and _is_name(after[1]) and _CUT.search(after[1]) is None:
        party = _PARTY_BEFORE.search(text[: after.start(1)])
        return Item((f"{party[1]} " if party else "") + after[1], after.start(1), after.end(1))
    return None


def _trimmed(name: str) -> str:
    """Without marks at its ends; the bracket that closes one of its own stays."""
    name = name.strip("、/- .").lstrip(")")
    return name if "(" in name and name.endswith(")") else name.strip("()、/- .")


def _ends_a_name(text: str, match: re.Match[str]) -> bool:
    """某局主办 某中心承办: here 主办 closes the name before it."""
    before = text[match.start() - 1 : match.start()]
    if "\u4e00" <= before <= "\u9fff" or "承办" in match[1]:
        return True
    spaced = text[max(0, match.start() - 8) : match.start()].rstrip(" ")[-1:]
    return "\u4e00" <= spaced <= "\u9fff" and _CARRIES.match(text, match.end()) is not None


def _is_name(name: str) -> bool:
    chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in name)
    return chinese >= 3 and not name.startswith(_NOT_NAMES)


def _second_body(text: str, match: re.Match[str], name: str) -> str:
    """A second sponsor after one space (中共某市委 某市人民政府), never an 承办 of the next label."""
    if not match[1].endswith(name) or _BODY.search(name) is None:
        return ""
    rest = re.match(
        r" ([\u4e00-\u9fff]{4,30}?)(?=\s|$|[承协]办|版权|技术)",
        text[match.end() : match.end() + 40],
    )
    if rest is None or _CUT.search(rest[1]) or _BODY.search(rest[1]) is None:
        return ""
    return " " + rest[1]


# --- 联系方式 -------------------------------------------------------------------------------

_PHONE = re.compile(
    r"(?<![\d.-])(?:\(?(?:\+?86-?)?(?P<area>0\d{2,3})\s{0,2}[)-]?\s{0,2}-?\s?(?:[1-9]\d{6,8}|1\d{4})"
    r"|\(?\+?(?:00)?86\)?[-\s]{1,2}(?P<abroad>[1-9]\d{1,2})[-\s]{1,2}\d{7,8}"
    r"|(?P<mobile>1[3-9]\d{9})|(?P<free>400-?\d{3,4}-?\d{3,4})|(?P<local>[1-9]\d{6,8}|1[0-9]{4}))(?:[-转]\d{1,5})?(?!\d)"
)
_PHONE_LABEL = re.compile(
    r"电\s{0,4}话|热线|联系方式|联系我们|联系人|咨询|总机|值班|投诉|举报|监督|客服|TEL|Tel|tel|Phone|phone|☎"
)
_NOT_PHONE_LABEL = re.compile(
    r"传\s{0,4}真|[Ff][Aa][Xx]|邮\s{0,4}编|邮政编码|QQ|备案|备|标识|访问|浏览|总数|序号|证|Copyright"
)
_LABEL_WINDOW = 16


def phone(text: str) -> Item | None:
    """A telephone of the site; a fax number or a postcode is none."""
    for match in _PHONE.finditer(text):
        label = text[max(0, match.start() - _LABEL_WINDOW) : match.start()]
        label = label.rsplit("\n", 1)[-1] if label.rstrip()[-1:] not in {":", ""} else label
        if _is_phone(match, label):
            return Item(match[0].strip(), match.start(), match.end())
    return None


def _is_phone(match: re.Match[str], label: str) -> bool:
    named = _last(_PHONE_LABEL, label)
    other = _last(_NOT_PHONE_LABEL, label)
    if named > other:
        return True
    if other >= 0 and named < 0:
        return False
    if match["area"] or match["abroad"]:
        return True
    return named >= 0 or bool(
        match["local"] and len(match["local"]) > 5 and label.rstrip().endswith(":")
    )


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=-1)

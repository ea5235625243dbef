"""How names of bodies and accounts are compared: by what identifies them, never by chance spelling.

Certification texts are prose, registers abbreviate, counties become cities. What is plainly the
same passes, what is plainly another is told, and the rest is for a person.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Likeness(StrEnum):
    """What a comparison of two names gives."""

    SAME = "same"
    SIMILAR = "similar"
    DIFFERENT = "different"


_LONGEST = 200
_SHORTEST = 2
_REGION = re.compile(
    # 住房和城乡建设 holds no township.
    r"[\u4e00-\u9fff]{2,9}?(?:自治州|自治区|自治县|自治旗|地区|新区|省|市|县|区|州|盟|旗|镇|(?<!城)乡|街道)"
)
_SELF_GOVERNING = ("自治州", "自治区", "自治县", "自治旗")
_KIND_OF_REGION = re.compile(r"(?:地区|新区|省|市|县|区|州|盟|旗|镇|乡|街道)$")
# What platforms and registers put behind a body's name.
_BEHIND = re.compile(
    r"(?:的|唯一|官方|认证|政务|政府门户网站|政府网站|门户网站|网站|新媒体|微博|微信|公众|订阅|服务|平台|账号|帐号"
    r"|抖音|头条|快手|短视频|视频|哔哩哔哩|小红书|发布|号)+$"
)
_PLATFORM_WORDS = re.compile(
    r"(?:官方|政务|微博|微信|公众号|订阅号|服务号|视频号|抖音号|头条号|快手号|抖音|头条|快手|短视频|哔哩哔哩|小红书)+$"
)
_VARIANTS = (
    ("中国共产党", "中共"),
    # Tax offices of a place changed their style in 2018; the place says which one it is.
    ("国家税务总局", ""),
    ("国家税务局", "税务局"),
    ("人民政府", "政府"),
    ("管理委员会", "管委会"),
    ("工作委员会", "工委"),
    ("委员会", "委"),
    ("办公厅", "办公室"),
    ("人民法院", "法院"),
    ("人民检察院", "检察院"),
)
_BODIES = re.compile(
    r"(?:局|委|办|部|厅|院|所|站|队|会|社|处|署|校|园|馆|科|政府|中心|公司|集团|大学|学院|银行|基金|分局|办公室)$"
)
_COMMON = frozenset("政府人民中国办公室局委厅部处中心管理服务市县区省乡镇街道")


def normal(name: str) -> str:
    """The letters and digits of a name: no width, case, spaces, brackets, marks or pictures."""
    folded = unicodedata.normalize("NFKC", name[:_LONGEST]).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def account_names(registered: str, shown: str) -> Likeness:
    """A registered account name against the one that the platform shows."""
    wanted, seen = normal(registered), normal(shown)
    if not wanted or not seen or wanted == seen:
        return Likeness.SAME if wanted == seen else Likeness.SIMILAR
    bare, found = _BEHIND.sub("", wanted), _BEHIND.sub("", seen)
    near = wanted in seen or seen in wanted or (bare and bare == found)
    return Likeness.SIMILAR if near or _overlap(wanted, seen) > 0.5 else Likeness.DIFFERENT


def same_but_for_platform(one: str, other: str) -> bool:
    """Whether two account names are one name, the platform's words behind it aside."""
    ours, theirs = normal(one), normal(other)
    return ours == theirs or (bool(_bare(ours)) and _bare(ours) == _bare(theirs))


def _bare(name: str) -> str:
    return _PLATFORM_WORDS.sub("", name)


def bodies(sponsor: str, certified: str) -> Likeness:
    """A registered 开设主体 against the certified text of the platform.

    Containment either way is the same body, but for a branch of it (分局, 支队), which may be
    another one. Only two names of bodies that share neither body nor region are different.
    """
    wanted, seen = _body(sponsor), _body(certified)
    if min(len(wanted), len(seen)) < _SHORTEST:
        return Likeness.SIMILAR
    if wanted in seen:
        behind = seen.partition(wanted)[2]
        branch = bool(_BODIES.search(behind)) and behind != "办公室"
        return Likeness.SIMILAR if branch else Likeness.SAME
    if seen in wanted and _BODIES.search(seen):
        return Likeness.SAME
    return _apart(wanted, seen)


def names_a_body(text: str) -> bool:
    """Whether a certification names an organisation at all; many only repeat the account's name."""
    return bool(_BODIES.search(_body(text)))


def _body(text: str) -> str:
    plain = normal(text)
    shorter = _BEHIND.sub("", plain)
    for long, short in _VARIANTS:
        shorter = shorter.replace(long, short)
    return shorter


def _apart(wanted: str, seen: str) -> Likeness:
    """Two names of which neither holds the other."""
    ours, our_body = _regions(wanted)
    theirs, their_body = _regions(seen)
    our_body, their_body = _placeless(our_body, ours, theirs), _placeless(their_body, theirs, ours)
    if our_body == their_body and (not ours or not theirs or ours[-1] == theirs[-1]):
        return Likeness.SAME
    if our_body in their_body or their_body in our_body:
        return _unless_elsewhere(ours, theirs)
    if not (_BODIES.search(wanted) and _BODIES.search(seen)):
        return Likeness.SIMILAR
    shared = _shared_region(our_body, their_body)
    our_body, their_body = our_body[shared:], their_body[shared:]
    alike = _telling(our_body) & _telling(their_body) or _abbreviates(our_body, their_body)
    return Likeness.SIMILAR if alike else Likeness.DIFFERENT


def _placeless(body: str, regions: list[str], others: list[str]) -> str:
    """长沙住建委 without 长沙, where the other name says 长沙市; itself where it names its region."""
    stems = [] if regions else [_stem(one) for one in others]
    return next((body[len(one) :] for one in stems if len(one) > 1 and body.startswith(one)), body)


def _unless_elsewhere(ours: list[str], theirs: list[str]) -> Likeness:
    """The same kind of body: another one only where both say where, and say another place."""
    stems, others = [_stem(one) for one in ours], [_stem(one) for one in theirs]
    near = any(a.startswith(b) or b.startswith(a) for a in stems for b in others)
    return Likeness.DIFFERENT if stems and others and not near else Likeness.SIMILAR


def _stem(region: str) -> str:
    """长沙 of 长沙市, 湘西 of 湘西土家族苗族自治州: counties become cities, names stay."""
    return region[:2] if region.endswith(_SELF_GOVERNING) else _KIND_OF_REGION.sub("", region)


def _regions(name: str) -> tuple[list[str], str]:
    """The regions before a body, outermost first; and the body."""
    found: list[str] = []
    rest = name
    for _ in range(4):
        match = _REGION.match(rest)
        if match is None or len(match[0]) == len(rest):
            break
        found.append(match[0])
        rest = rest[match.end() :]
    return found, rest


def _shared_region(one: str, other: str) -> int:
    """How many letters both begin with, up to a last 市, 县 …: a place too short for a region."""
    both = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0
    )
    return max((at + 1 for at in range(both) if one[at] in "省市县区州旗镇乡"), default=0)


def _telling(body: str) -> set[str]:
    """Pairs of neighbouring letters that say what a body does; 管理, 办公室 and the like say nothing."""
    pairs = {body[at : at + 2] for at in range(len(body) - 1)}
    return {pair for pair in pairs if not set(pair) <= _COMMON}


def _abbreviates(one: str, other: str) -> bool:
    """卫健委 for 卫生健康委: every letter of the shorter in the longer, in order."""
    short, long = sorted((one, other), key=len)
    letters = iter(long)
    return all(letter in letters for letter in short)


def _overlap(one: str, other: str) -> float:
    """The share of the shorter name's letters that the longer one has, too."""
    short, long = sorted((one, other), key=len)
    return sum(letter in long for letter in short) / len(short)

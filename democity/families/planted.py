"""What planted problems of checks leave on pages, and the look-alikes beside them.

Each function gives markup, or an empty string on a site that has nothing of the sort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity import content, outside
from democity.catalogue import NEWS, POLICY
from democity.families import rows
from democity.families.place import Page, Place

if TYPE_CHECKING:
    from democity.families.base import Family
    from democity.plans import ColumnPlan, SitePlan

_ADVERTS = ("百家乐平台注册送彩金", "时时彩投注网官方开户")
_WARNING = "警惕网络赌博骗局：民警揭秘网上百家乐"
_INNER = "http://192.168.1.20:8080/oa/login.html"
STATISTICS = "/lytj.html"


def emblem(site: SitePlan, root: str) -> str:
    """The national emblem on a portal: a picture, or the background of a box."""
    if site.kind != "门户" or site.flaws.emblem == "none":
        return ""
    if site.flaws.emblem == "style":
        return f'<div class="gh" style="width:60px;background:url({root}images/guohui.png)"></div>'
    return f'<img class="gh" src="{root}images/guohui.png" alt="国徽">'


def above(page: Page) -> str:
    """Links at the top of the home page: to strangers, to a network of the office itself."""
    flaws = page.site.flaws
    made = _SLIPPED.get(flaws.slipped, "")
    if flaws.intranet == "link":
        made += f'<p><a class="oa" href="{_INNER}">办公系统</a></p>'
    if flaws.intranet == "text":
        made += f'<p>办公系统 192.168.1.20 仅限内网使用</p><!-- <a href="{_INNER}">办公系统</a> -->'
    return f"{made}\n" if made else ""


def _anchors(*pairs: tuple[str, str]) -> str:
    return " ".join(f'<a href="http://{host}/">{words}</a>' for host, words in pairs)


_HOUSES = tuple((host, f"特价商城{n}") for n, host in enumerate(outside.STRANGERS, start=1))
_COUNTIES = " ".join(f'<a href="http://www.gov.cn/?q={n}">县区网站{n}</a>' for n in range(1, 9))
_SLIPPED = {
    "hijacked": _anchors((outside.GAMBLING, "招商合作网")),
    "advert": _anchors(
        *((host, words) for host, words in zip(outside.STRANGERS, _ADVERTS, strict=False))
    ),
    "hidden": f'<div style="display:none">{_anchors(*_HOUSES)}</div>',
    "warning": _anchors((outside.WARNING, _WARNING)),
    "menu": f'<div style="display:none">{_COUNTIES} {_anchors(*_HOUSES[:4])}</div>',
}


def led_away(page: Page, column: ColumnPlan, style: str) -> str:
    """The first row of a list where it leads to another site: an item of its own, or a banner."""
    if not column.elsewhere:
        return ""
    day = page.now.clock.toordinal() - 3
    titles = {"item": "转发关于做好重点工作的通知", "banner": "学习贯彻全国会议精神专题"}
    path = f"tz/{day}_{column.number}.html" if column.elsewhere == "item" else "zt/hyjs/list.html"
    link = f'<a href="http://www.{outside.PROVINCE}/{path}">{titles[column.elsewhere]}</a>'
    made = rows.row(style, link, day)
    return (
        made.replace("<li>", '<li class="zd"><i>[置顶]</i>', 1)
        if column.elsewhere == "banner"
        else made
    )


def reports(page: Page) -> str:
    """Links to the reports of the site's work, three years of them."""
    newest = page.site.flaws.reports
    if not newest:
        return ""
    links = " ".join(
        _report(page.site, year, newest < 0) for year in range(abs(newest) - 2, abs(newest) + 1)
    )
    # The yearly report on disclosure is another report, and is there every year.
    year = page.now.clock.year - 1
    other = f'<a href="{page.root}fj/zfxxgk{year}.pdf">{year}年政府信息公开工作年度报告</a>'
    return f'<div class="nb">年度报表：{links} {other}</div>\n'


def _report(site: SitePlan, year: int, behind: bool) -> str:
    title = (
        f"{site.unit}政府网站工作年度报表（{year}年度）"
        if behind
        else f"{year}年政府网站工作年度报表"
    )
    return f'<a href="/fj/wznb{year}.pdf">{title}</a>'


def beside(family: Family, page: Page) -> str:
    """What every column page shows beside its list: a side bar, links of the past."""
    return _side_bar(family, page) + _inner_links(page)


def _side_bar(family: Family, page: Page) -> str:
    if not page.site.flaws.side_bar:
        return ""
    column = next(one for one in page.site.columns if one.kind == NEWS)
    item = content.item(page.site, column, content.shown(page.site, column, page.now)[0])
    link = family.anchor(page, column, item)
    return f'<div class="rd"><h3>热点信息</h3><ul><li>{link}</li></ul></div>\n'


def _inner_links(page: Page) -> str:
    how = page.site.flaws.inner
    links = {
        "missing": f'<a href="{page.root}zt/2018/jng.html">专题回顾</a>',
        "refused": f'<a href="http://refuses1.{page.site.domain}/zt/">联办单位专题</a>',
        "flaky": f'<a href="{page.root}hd/9.html">活动回顾</a>',
    }
    return f'<div class="zt">{links[how]}</div>\n' if how else ""


def tie(family: Family, page: Page, column: ColumnPlan) -> str:
    """What an interpretation leads to: its document, by its title or as 相关文件, or nothing of the sort."""
    how = page.site.flaws.tie
    if column.kind != "政策解读" or how == "none":
        return ""
    wanted = "政策解读" if how == "sideways" else POLICY
    target = next((c for c in page.site.columns if c.kind == wanted and not c.blank), None)
    numbers = content.shown(page.site, target, page.now) if target else range(0)
    if target is None or not numbers:
        return ""
    item = content.item(page.site, target, numbers[-1])
    there = family.link(page, Place("article", target.number, item.k), item.day)
    if how == "sideways":
        return f'<div class="xgwj">相关解读：<a href="{there}">{item.title}（图解）</a></div>\n'
    words = "相关文件" if how == "named" else f"《{item.title}》"
    return f'<div class="xgwj">解读的文件：<a href="{there}">{words}</a></div>\n'


def statistics(page: Page) -> str:
    """How many letters came and were answered, as portals publish it beside their board."""
    how = page.site.flaws.statistics
    if page.site.kind != "门户" or how == "none":
        return ""
    names = {
        "other": "信件统计",
        "long": f"{page.site.name}门户网站第一季度网民留言受理办理情况统计",
    }
    return f'<p class="tj"><a href="{STATISTICS}">{names.get(how, "留言办理统计")}</a></p>\n'


def requests(page: Page) -> str:
    """依申请公开: how to ask for disclosure, and with whom."""
    site = page.site
    who = (
        f"<p>受理机构：{site.sponsor}办公室（政务公开科）</p><p>办公地址：{site.unit}人民路1号</p>"
        if site.flaws.receiver
        else "<p>您可以在线填写申请表，也可以下载申请表后寄送。</p>"
    )
    return (
        "<h2>政府信息依申请公开</h2><p>公民、法人或者其他组织可以向行政机关申请获取相关政府信息。"
        f'</p>{who}<p><a href="{page.root}fj/sqb.doc">申请表下载</a></p>'
    )

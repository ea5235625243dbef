"""Page furniture: meta labels, header clock, the footer with its badges, links to neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity.seed import draw

if TYPE_CHECKING:
    from democity.content import Now
    from democity.plans import SitePlan

CLOCKS = ("none", "script", "text", "weather")
PLAIN = ("text", "comment", "missing")
FORMS = {
    "conac": ("script", "link", "error", "comment", "missing"),
    "jiucuo": ("script", "link", "obsolete", "other_code", "comment", "missing"),
    "site_code": ("text", "other_code", "comment", "missing"),
    "where": ("inline", "script", "frame", "home"),
}
"""How each footer item can be shown; the others as in `PLAIN`."""

_WEEK = "一二三四五六日"

CLOCK_SCRIPT = """<script type="text/javascript">
var today=new Date();var week=["日","一","二","三","四","五","六"];
document.write("今天是："+today.getFullYear()+"年"+(today.getMonth()+1)+"月"+today.getDate()+"日 星期"+week[today.getDay()]);
</script>"""


def clock(site: SitePlan, now: Now) -> str:
    """今天是: written by script, printed by the server, or not there."""
    if site.look.clock == "script":
        return f'<div class="riqi"><span>{CLOCK_SCRIPT}</span></div>'
    if site.look.clock == "text":
        day = now.clock
        told = f"{day.year}年{day.month}月{day.day}日 星期{_WEEK[day.weekday()]}"
        return f'<div class="riqi"><span>今天是：{told}</span></div>'
    if site.look.clock == "weather":
        iso = now.clock.date().isoformat()
        return f'<div class="weather"><a href="/">{site.unit}天气</a><span>{iso}</span><i>多云 12℃</i></div>'
    return ""


def site_meta(site: SitePlan) -> str:
    """The labels of every page; `wrong_meta` is a template copied from another site."""
    if site.look.no_labels:
        return ""
    name = "网站名称" if site.look.wrong_meta else site.name
    code = "政府网站标识码" if site.look.wrong_meta else site.code
    return _labels(site, SiteName=name, SiteDomain=site.host, SiteIDCode=code)


def column_meta(site: SitePlan, name: str, kind: str) -> str:
    """The labels of a column page."""
    return _labels(
        site, ColumnName=name, ColumnDescription=name, ColumnKeywords=name, ColumnType=kind
    )


def article_meta(site: SitePlan, title: str, when: str, source: str) -> str:
    """The labels of an article page; no source is no label."""
    told = {"ArticleTitle": title, "PubDate": when}
    return _labels(site, **told, **({"ContentSource": source} if source else {}))


def _labels(site: SitePlan, **told: str) -> str:
    """One label a line; `shouted` as old editors write them."""
    if site.flaws.labels == "shouted":
        return "".join(f"<META CONTENT='{text}' NAME='{name}'/>\n" for name, text in told.items())
    return "".join(f'<meta name="{name}" content="{text}">\n' for name, text in told.items())


def stamp(site: SitePlan, now: Now) -> str:
    """When the CMS generated the page: never a date of content."""
    if not site.look.stamp:
        return ""
    moment = now.clock.strftime("%Y-%m-%d 00:31:07")
    return f'<meta name="others" content="页面生成时间 {moment}">\n'


def footer(site: SitePlan) -> str:
    """The footer with the items of the site's plan."""
    told = site.footer
    year = "2012-2023" if site.look.copyright_year else "2012"
    parts = [
        _wrap(told.conac, _conac(site)),
        _wrap(told.jiucuo, _jiucuo(site)),
        '<a href="/wzdt.html">网站地图</a><br>',
        _wrap(told.sponsor, f"<p>主办单位：{site.sponsor}  版权所有 © {year}</p>"),
        _wrap(
            told.contact,
            f"<p>联系电话：0870-{5550000 + site.number}  地址：{site.unit}人民路1号"
            ' | <a href="/lxwm.html">联系我们</a></p>',
        ),
        _wrap(told.site_code, f"<p>网站标识码：{_printed_code(site)}</p>"),
        _wrap(
            told.icp,
            f'<a href="https://beian.miit.gov.cn/" target="_blank">滇ICP备{10000000 + site.number}号-1</a>',
        ),
        _wrap(told.police, _police(site)),
    ]
    return "\n".join(part for part in parts if part)


def _printed_code(site: SitePlan) -> str:
    """The code in the footer; `other_code` is a footer copied from another site."""
    return f"{int(site.code) + 7:010d}" if site.footer.site_code == "other_code" else site.code


def _wrap(how: str, markup: str) -> str:
    if how == "missing":
        return ""
    return f"<!-- {markup} -->" if how == "comment" else markup


def conac_script(site: SitePlan) -> str:
    """The address of the mark's script; stable for a site."""
    serial = f"{draw(site.key, 31) % 10**8:08d}"
    return f"https://dcs.conac.cn/js/26/000/0000/{serial}/CA260000000{serial}0001.js"


def _conac(site: SitePlan) -> str:
    how = site.footer.conac
    if how in {"link", "error"}:
        image = "red_error.png" if how == "error" else "red.png"
        shown = f"{draw(site.key, 32):032X}"[:32]
        return (
            f'<a href="https://bszs.conac.cn/sitename?method=show&amp;id={shown}" target="_blank">'
            f'<img id="imgConac" src="https://dcs.conac.cn/image/{image}" alt="党政机关网站标识"></a>'
        )
    return (
        '<script type="text/javascript">document.write(unescape("%3Cspan id=\'_ideConac\' %3E%3C/span'
        f"%3E%3Cscript src='{conac_script(site)}' type='text/javascript'%3E%3C/script%3E\"));</script>"
    )


def _jiucuo(site: SitePlan) -> str:
    how = site.footer.jiucuo
    if how == "link":
        return (
            '<a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code='
            f'{site.code}&amp;url={site.scheme}%3A%2F%2F{site.host}%2F" target="_blank">'
            '<img src="https://zfwzgl.www.gov.cn/exposure/images/jiucuo.png" alt="我为政府网站找错"></a>'
        )
    if how == "obsolete":
        return (
            f'<script id="_jiucuo_" sitecode="{site.code}" '
            'src="http://pucha.kaipuyun.cn/exposure/jiucuo.js"></script>'
        )
    code = f"{int(site.code) + 7:010d}" if how == "other_code" else site.code
    return (
        f"<script id=\"_jiucuo_\" sitecode='{code}' "
        "src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script>"
    )


def _police(site: SitePlan) -> str:
    record = f"{site.code[:6]}0200{site.number:04d}"
    if site.key % 2:
        address = f"https://beian.mps.gov.cn/#/query/webSearch?code={record}"
    else:
        address = f"http://www.beian.gov.cn/portal/registerSystemInfo?recordcode={record}"
    return f'<a href="{address}" target="_blank"><img src="/images/ghs.png" alt="">滇公网安备 {record}号</a>'

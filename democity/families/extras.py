"""What stands on pages beside their content: footers and menus by script, tempting rows, links.

Everything here is either needed by a browser or there to mislead a careless reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity import furniture
from democity.families import planted
from democity.families.place import Page
from democity.families.rows import printed
from democity.replies import SCRIPT, Reply, text

if TYPE_CHECKING:
    from democity.content import Now
    from democity.families.base import Family
    from democity.plans import SitePlan

SEARCH = (
    '<form class="search" name="searchform" action="/search.html" method="get" '
    'onsubmit="return checkSearch(this)"><input type="text" name="keyword" value="请输入关键字">'
    '<input type="submit" value="搜索"></form>'
)
SEARCHES = {"box": SEARCH, "link": '<a class="ss" href="/search.html">站内检索</a>'}
ROBOTS = {
    "": "",
    "deny": "User-agent: *\nDisallow: /\n",
    "challenge": "<html><script>window.location.reload()</script><body>请开启JavaScript并刷新该页。</body></html>",
}


def answer(family: Family, site: SitePlan, path: str, now: Now) -> Reply | None:
    """Footer and menu as scripts, the footer as a frame, robots, links that come and go."""
    if path == "/js/footer.js":
        return written(furniture.footer(site))
    if path == "/js/menu.js":
        return written(family.navigation(Page(site, now, "/")))
    if path == "/footer.html":
        page = (
            f"<html><head><meta charset='utf-8'></head><body>{furniture.footer(site)}</body></html>"
        )
        return text(page)
    if path == "/robots.txt" and site.look.robots:
        return text(ROBOTS[site.look.robots], 200, "text/plain; charset=utf-8")
    return _landing(site, path, now)


_STATISTICS = "<html><head><title>留言办理统计</title></head><body><p>本季度收到来信 31 件，已办结 31 件。</p></body></html>"


def _landing(site: SitePlan, path: str, now: Now) -> Reply | None:
    """The search page, counts of letters, and links that are dead on the first night alone."""
    if path == planted.STATISTICS:
        return text(_STATISTICS)
    if path == "/search.html":
        return text(
            f"<html><head><title>站内搜索-{site.name}</title></head><body>{SEARCH}</body></html>"
        )
    if path.startswith("/hd/") and _flaky(site) and now.night > 1:
        return text(
            f"<html><head><title>活动-{site.name}</title></head><body>活动介绍</body></html>"
        )
    return None


def _flaky(site: SitePlan) -> bool:
    return bool(site.look.flaky_links) or site.flaws.inner == "flaky"


def written(markup: str) -> Reply:
    """Markup as a script that writes it, as many sites load their footer and menu."""
    lines = (line.replace("\\", "\\\\").replace("'", "\\'") for line in markup.splitlines())
    made = "\n".join(f"document.writeln('{line}');" for line in lines)
    return text(made.replace("</script>", "<\\/script>"), 200, SCRIPT)


def tempting(page: Page) -> str:
    """Fresh dates that are no update: rows in a comment, rows that lead to other sites."""
    look, parts = page.site.look, []
    yesterday = printed(page.now.clock.toordinal() - 1).iso
    if look.commented_rows:
        row = f'<li><a href="/zt/old.html">原栏目内容</a><span>{yesterday}</span></li>'
        parts.append(f"<!-- <ul class='list'>{row * 5}</ul> -->")
    if look.foreign_rows:
        row = f'<li><a href="http://www.gov.cn/">上级政务信息转载</a><span>{yesterday}</span></li>'
        parts.append(f"<div class='wlj'><ul>{row * 6}</ul></div>")
    return "\n".join(parts)


def neighbours(page: Page) -> str:
    """Links to other sites, some of which refuse machines and are alive; then the dead ones."""
    site = page.site
    domain = site.domain.replace(".gov.cn", "")
    links = ['<a href="http://www.gov.cn/">中国政府网</a>']
    links += [
        f'<a href="http://refuses{n}.{site.domain}/">友情链接单位{n}</a>'
        for n in range(1, site.look.refused_links + 1)
    ]
    links += [f'<a href="{page.root}hd/{n}.html">活动{n}</a>' for n in range(site.look.flaky_links)]
    links += [
        f'<a href="{page.root}zt/2019/zt{n:02d}/index.html">专题专栏{n}</a>'
        for n in range(1, site.dead_links + 1)
    ]
    links += [
        f'<a href="http://zt{n}.{domain}.invalid/">合作平台{n}</a>'
        for n in range(1, site.dead_hosts + 1)
    ]
    options = "".join(
        f'<option value="http://www.gov.cn/?p={n}">{name}</option>'
        for n, name in enumerate(_ELSEWHERE)
    )
    select = f'<select onchange="window.open(this.value)"><option>上级部门网站</option>{options}</select>'
    return f'<div class="links">友情链接：{" ".join(links)} {select}</div>'


_ELSEWHERE = tuple(f"国务院部门网站{n}" for n in range(1, 25))

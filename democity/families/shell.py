"""What surrounds every page of a site: styles, banner, navigation, footer, and tiny assets."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from democity import content, furniture
from democity.families import extras, planted
from democity.families.place import Page
from democity.families.style import SCRIPTS, STYLE
from democity.replies import Reply

if TYPE_CHECKING:
    from democity.families.base import Family
    from democity.plans import ColumnPlan, SitePlan

_ASSETS = {
    "css": ("text/css", b"body{margin:0}"),
    "js": ("application/javascript", b"/* */"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff\xd9"),
    "gif": ("image/gif", b"GIF89a"),
    "ico": ("image/x-icon", b"\0\0\1\0"),
    "doc": ("application/msword", b"\xd0\xcf\x11\xe0"),
    "pdf": ("application/pdf", b"%PDF-1.4\n%%EOF"),
}


@lru_cache(maxsize=512)
def top(family: Family, site: SitePlan, root: str) -> str:
    """Everything between the labels and the body: the same on all pages of one depth."""
    menu = family.navigation(Page(site, content.NEVER, root))
    if site.look.menu_script:
        menu = '<script type="text/javascript" src="/js/menu.js"></script>'
    return (
        f'<link rel="stylesheet" href="{root}css/main.css">\n<style>{STYLE}</style>\n'
        f"<script>{SCRIPTS}</script>\n</head>\n<body>\n"
        f'<div class="banner">{planted.emblem(site, root)}<img src="{root}images/logo.png" alt="{site.name}"><h2>{site.name}</h2></div>\n'
        f"{'' if site.look.no_search else extras.SEARCHES[site.flaws.search]}\n{menu}\n"
    )


@lru_cache(maxsize=512)
def bottom(site: SitePlan, root: str = "") -> str:
    """The footer, from where the site takes it; `root` is the way back to the home page's folder."""
    where = site.footer.where
    if where == "frame":
        inside = '<iframe src="/footer.html" width="100%" height="180" frameborder="0"></iframe>'
    elif where == "home" and ".." in root:
        inside = f"<p>版权所有：{site.sponsor}</p>"
    elif where == "script":
        inside = '<script type="text/javascript" src="/js/footer.js"></script>'
    else:
        inside = furniture.footer(site)
    return f'\n<div class="footer">{inside}</div>\n</body>\n</html>\n'


@lru_cache(maxsize=512)
def navigation(site: SitePlan) -> tuple[tuple[str, tuple[ColumnPlan, ...]], ...]:
    """The entries of the navigation with the columns under each, in the order of the plan."""
    groups: dict[str, list[ColumnPlan]] = {}
    for column in site.columns:
        groups.setdefault(column.group, []).append(column)
    return tuple((name, tuple(below)) for name, below in groups.items())


def charset(site: SitePlan) -> str:
    """The declared encoding; GB18030 sites say gb2312, as most of them do."""
    return f'<meta http-equiv="Content-Type" content="text/html; charset={site.encoding}">\n'


def asset(path: str) -> Reply | None:
    """Style sheets, scripts, pictures and attachments are there, tiny."""
    if path.startswith(("/images/", "/css/", "/js/", "/fj/")):
        kind = _ASSETS.get(path.rpartition(".")[2].lower())
        if kind:
            return Reply(kind[1], 200, kind[0])
    return None

"""Odd sites as strangers build them: what a careless reader takes for silence, or for news."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from tests.integration.columns.odd_world import AS_OF, HOME, Answer, Moved, OddSite, Page

NEW_YEAR = datetime.fromisoformat("2023-01-05T01:00:00+08:00")
FRESH, OLD = (1, 3, 6, 9, 15, 20), (60, 70, 90, 120, 150, 200)
TITLES = (
    "全市重点项目建设推进会议召开", "市领导到基层调研指导工作", "关于做好春季森林防火工作的通知",
    "我市开展安全生产大检查行动", "市政府常务会议研究部署近期工作", "关于公布行政许可事项清单的公告",
)  # fmt: skip
NAVIGATION = (
    "<div class='nav'><a href='/'>首页</a><a href='/xwdt/'>新闻动态</a><a href='/tzgg/'>通知公告</a>"
    "<a href='/zcwj/'>政策文件</a><a href='/bszn/'>办事服务</a><a href='/hdjl/'>互动交流</a></div>"
)
FOOTER = "<div class='footer'>主办单位：某市人民政府办公室 联系电话：0731-1234567</div>"
PAGER = (
    "<div class='page'>共9页 <a href='index_1.html'>2</a><a href='index_1.html'>下一页</a></div>"
)
FORM = "<form action='/save' method='post'>标题<input name='bt'>内容<textarea name='nr'></textarea><input type='submit'></form>"
FIVE = [(f"动态{n}", f"{HOME}d{n}/", "动态要闻", 2) for n in range(5)]
Day = Callable[[date], str]


def shell(title: str, content: str, navigation: str = NAVIGATION) -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>{navigation}"
        f"{content}{FOOTER}</body></html>"
    )


def rows(
    ages: tuple[int, ...], base: str, as_of: datetime = AS_OF, printed: Day = date.isoformat
) -> str:
    made = (
        f"<li><a href='{base}t{9000 - n}.html'>{TITLES[n % 6]}（第{n}期）</a>"
        f"<span>{printed(as_of.date() - timedelta(days=age))}</span></li>"
        for n, age in enumerate(ages)
    )
    return f"<ul class='list'>{''.join(made)}</ul>"


def away(ages: tuple[int, ...], base: str) -> str:
    return rows(ages, base)


def article(title: str, age: int) -> str:
    day = (AS_OF.date() - timedelta(days=age)).isoformat()
    text = "为进一步做好相关工作，现将有关事项通知如下，请各有关单位认真贯彻落实。" * 12
    return shell(title, f"<h1>{title}</h1><p>发布时间：{day} 来源：本站</p><div>{text}</div>")


def ordinary(**changed: Page) -> dict[str, Page]:
    """A healthy site; `changed` pages by their path (`home`, `xwdt`, `hdjl` …)."""
    pages: dict[str, Page] = {HOME: shell("某市人民政府", rows(FRESH, "/xwdt/"))}
    for path, name in (("xwdt", "新闻动态"), ("tzgg", "通知公告"), ("zcwj", "政策文件")):
        pages[f"{HOME}{path}/"] = shell(name, f"<h1>{name}</h1>{rows(FRESH, f'/{path}/')}")
    guides = "".join(
        f"<li><a href='/bszn/{n}.html'>营业执照办理{n}服务指南</a></li>" for n in range(4)
    )
    pages[f"{HOME}bszn/"] = shell("办事服务", f"<h1>办事服务</h1><ul>{guides}</ul>")
    pages[f"{HOME}hdjl/"] = shell("互动交流", f"<h1>我要咨询</h1>{FORM}")
    for path, page in changed.items():
        pages[HOME if path == "home" else f"{HOME}{path}/"] = page
    return pages


def five(made: Callable[[int], str], **more: Page) -> dict[str, Page]:
    """Five news columns, each with its own content."""
    lists = {f"{HOME}d{n}/": shell(f"动态{n}", f"<h1>动态{n}</h1>{made(n)}") for n in range(5)}
    return {**ordinary(), **lists, **more}


def _homes() -> Iterator[OddSite]:
    fresh, stale = {"W3.1": "pass fresh"}, {"W3.1": "fail stale"}
    main = {f"{HOME}main/": shell("某市人民政府", rows(FRESH, "/xwdt/"))}
    intro = "<html><head><meta charset='utf-8'><title>某市</title></head><body>{}</body></html>"
    picture = intro.format("<a href='/main/'><img src='/e.jpg'></a>")
    languages = intro.format("<a href='/en/'>English</a><a href='/main/'>简体版</a>")
    refresh = "<html><head><meta http-equiv='refresh' content='3;url=/main/'></head></html>"
    for name, page in (("a picture", picture), ("languages", languages), ("a refresh", refresh)):
        yield OddSite(f"an intro page: {name}", {**ordinary(home=page), **main}, fresh)
    lost = intro.format("<a href='/gone/'><img src='/e.jpg'></a>")
    open_ = {"W3.1": "undetermined no_dated_item", "W6.1": "undetermined navigation_unread"}
    yield OddSite("an intro page to nowhere", ordinary(home=lost), open_)
    frames = "".join(f"<iframe src='/n{n}.html'></iframe>" for n in range(6))
    inside = {f"{HOME}n{n}.html": shell("x", rows(OLD, "/xwdt/"), "") for n in range(5)}
    last = {f"{HOME}n5.html": shell("x", rows(FRESH, "/xwdt/"), "")}
    shown = ordinary(home=shell("某市", frames))
    yield OddSite("six frames, the sixth fresh", {**shown, **inside, **last}, fresh)
    broken = {**shown, **inside, f"{HOME}n5.html": Answer(500)}
    unread = {"W3.1": "undetermined script_lists_unread"}
    yield OddSite("six frames, the sixth broken", broken, unread)
    yield OddSite("six frames, all old", {**shown, **inside}, stale)
    slides = "".join(
        f"<a href='/xwdt/202303/t2023030{9 - n}_{n}.html'><img src='/{n}.jpg'></a>"
        for n in range(3)
    )
    old = rows(OLD, "/xwdt/")
    yield OddSite("slides of this week", ordinary(home=shell("某市", slides + old)), fresh)
    clock = "<p>今天是2023年3月10日</p><table class='cal'><tr><td><a href='/r?d=2023-03-09'>9</a></td></tr></table>"
    yield OddSite("a clock and a calendar", ordinary(home=shell("某市", clock + old)), stale)
    short: Day = lambda day: day.strftime("%m-%d")  # noqa: E731 -- a row style, not a name
    for ages, told in (((2, 6, 8, 20), fresh), ((35, 38, 41), stale)):
        listed = shell("某市", rows(ages, "/xwdt/", NEW_YEAR, short))
        yield OddSite(f"month and day, {ages[0]} days", ordinary(home=listed), told, as_of=NEW_YEAR)
    for name, base, told in (
        ("of its own sub-host", "http://zwgk.a.gov.cn/x/", fresh),
        (
            "of a bureau on its own host",
            "http://jyj.b.gov.cn/x/",
            {"W3.1": "undetermined foreign_items"},
        ),
        ("of the State Council", "http://www.gov.cn/x/", stale),
    ):
        listed = shell("某市", old + f"<h3>要闻</h3>{away((1,), base)}")
        yield OddSite(f"one fresh row {name}", ordinary(home=listed), told)
    for name, page in (
        (
            "a log-in",
            "<form>用户名<input name='u'>密码<input type='password' name='p'><input type='submit' value='登录'></form>",
        ),
        (
            "maintenance",
            "<h1>网站升级维护公告</h1><p>本网站将于近期升级改造，给您带来不便敬请谅解。</p>",
        ),
        ("a move", "<h1>公告</h1><p>本网站已迁移至 http://www.newa.gov.cn ，本页面不再更新。</p>"),
    ):
        shut = intro.format(page)
        yield OddSite(f"a home page of {name}", ordinary(home=shut), {})


def _columns() -> Iterator[OddSite]:
    stale, open_ = {"W4.1": "fail too_many"}, {"W4.1": "undetermined columns_unread"}
    foreign, calm = {"W4.1": "undetermined foreign_items"}, {"W4.1": "pass in_order"}

    def old(n: int) -> str:
        return rows(OLD, f"/d{n}/")

    pinned = "".join(
        f"<li><i>[置顶]</i><a href='/p{n}.html'>{TITLES[n]}长期有效</a><span>2022-05-1{n}</span></li>"
        for n in range(6)
    )
    undated = "".join(f"<li><a href='/x{n}.html'>{TITLES[n]}的情况说明</a></li>" for n in range(6))
    told = {f"{HOME}x{n}.html": article(f"{TITLES[n]}的情况说明", FRESH[n]) for n in range(6)}
    gone = {f"{HOME}x{n}.html": Answer(403) for n in range(6)}
    beside = lambda n: f"<ul>{undated}</ul><div class='side'>{old(n)}</div>"  # noqa: E731 -- one page
    for name, pages, wanted in (
        ("old lists", five(old), stale),
        ("links to others alone", five(lambda n: away((1, 5), f"http://b{n}.hn.gov.cn/")), foreign),
        ("newest rows on an account", five(lambda n: away((1,), f"https://mp.weixin.qq.com/s/{n}") + old(n)), foreign),
        ("one block of others beside all", five(lambda n: old(n) + away((1, 2), "http://www.gov.cn/")), stale),
        ("a signpost to a front page", five(lambda n: f"<li><a href='http://zt{n}.hn.gov.cn/'>学习贯彻会议精神专题</a><span>2023-03-09</span></li>" + old(n)), stale),
        ("the oldest first, and a pager", five(lambda n: rows(OLD[::-1], f"/d{n}/") + PAGER), open_),
        ("the oldest first, no pager", five(lambda n: rows(OLD[::-1], f"/d{n}/")), stale),
        ("the newest first, and a pager", five(lambda n: old(n) + PAGER), stale),
        ("a page of pinned rows", five(lambda _: f"<ul>{pinned}</ul>{PAGER}"), open_),
        ("days to come above old ones", five(lambda n: rows((-30,), f"/f{n}/") + old(n)), stale),
        ("undated rows beside a dated bar", five(beside, **told), calm),
        ("undated rows that cannot be opened", five(beside, **gone), open_),
        ("nothing yet", five(lambda _: "<ul class='list'></ul><p>暂无信息</p>"), {"W4.3": "undetermined columns_unread"}),
    ):  # fmt: skip
        yield OddSite(f"five columns: {name}", pages, wanted, FIVE)
    moved = {f"{HOME}d{n}/": Moved(f"http://www.other.gov.cn/d{n}/") for n in range(5)}
    there = {f"http://www.other.gov.cn/d{n}/": shell("别站", old(n)) for n in range(5)}
    yield OddSite(
        "five columns: moved to another site", {**ordinary(), **moved, **there}, foreign, FIVE
    )
    lost = {f"{HOME}d{n}/": shell("提示", "<h1>您访问的页面不存在</h1>") for n in range(5)}
    yield OddSite("five columns: error pages", {**ordinary(), **lost}, open_, FIVE)


def _offers() -> Iterator[OddSite]:
    code = shell(
        "互动交流", "<h1>咨询投诉</h1><p>请扫描二维码关注公众号进行咨询。</p><img src='qr.jpg'>"
    )
    yield OddSite("asking by telephone", ordinary(hdjl=code), {"W5.1": "undetermined other_means"})
    app = shell("互动交流", "<div id='app'></div><script src='/app.js'></script>")
    yield OddSite(
        "a board by script", ordinary(hdjl=app), {"W5.1": "undetermined script_page_unread"}
    )
    bare = NAVIGATION.replace("<a href='/bszn/'>办事服务</a>", "")
    picture = "<a href='http://zwfw.hn.gov.cn/'><img src='/zw.png'></a>"
    for name, content, told in (
        ("a picture of the hall", picture, "pass offered"),
        ("nothing", "", "fail none_offered"),
    ):
        pages = {
            url: page.replace(NAVIGATION, bare) if isinstance(page, str) else page
            for url, page in ordinary(home=shell("某市", rows(FRESH, "/xwdt/") + content)).items()
            if "bszn" not in url
        }
        yield OddSite(f"services: {name}", pages, {"W6.1": told})
    broken = ordinary(home=Answer(500))
    yield OddSite("a broken home page", broken, {"W3.1": "undetermined server_error"})


ODD_SITES = (*_homes(), *_columns(), *_offers())

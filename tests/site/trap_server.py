"""A small server for the numbered traps: one resource class for each, told apart by host name.

It speaks HTTP by hand, because most traps are things that a well-behaved server library refuses
to do. `TrapServer` listens on loopback in a thread of its own; `origins()` is the map that leads
every trap's host to it.
"""

# ruff: noqa: ARG002 -- every trap has the same shape, whether it looks at the request or not
from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import trustme

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]

    @property
    def host(self) -> str:
        return self.headers.get("host", "").partition(":")[0]


class Trap:
    """What a host answers. `number` is that of the trap list; 0 is no trap."""

    number: ClassVar[int] = 0
    host: ClassVar[str] = ""

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        raise NotImplementedError


def reply(
    out: asyncio.StreamWriter,
    body: bytes | str = b"",
    *,
    status: str = "200 OK",
    headers: dict[str, str] | None = None,
    kind: str = "text/html; charset=utf-8",
) -> None:
    """A well-formed answer."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(raw)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    out.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + raw)


def article(title: str, day: str) -> str:
    """A plain article page with a stated day."""
    text = "会议强调，要进一步转变作风，切实为群众办好事、办实事，推动各项工作落到实处。" * 12
    return (
        f"<html><head><title>{title}</title><meta name='PubDate' content='{day} 09:00'></head>"
        f"<body><h1>{title}</h1><p>发布时间：{day}</p><div class='con'>{text}</div></body></html>"
    )


def rows(days: list[str], *, prefix: str = "/art") -> str:
    """A list of dated entries."""
    entries = "".join(
        f"<li><a href='{prefix}/{number}.html'>市政府召开第{number}次常务会议研究部署工作</a>"
        f"<span>{day}</span></li>"
        for number, day in enumerate(days, 1)
    )
    return f"<ul class='list'>{entries}</ul>"


def page(body: str, *, title: str = "某市人民政府", head: str = "") -> str:
    """A page with a navigation and a footer around `body`."""
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
        "<div class='nav'><a href='/'>首页</a><a href='/xwdt/'>新闻动态</a>"
        "<a href='/tzgg/'>通知公告</a><a href='/hdjl/'>互动交流</a></div>"
        f"{body}<div class='footer'>主办单位：某市人民政府办公室　网站标识码：9900000001</div>"
        "</body></html>"
    )


DAYS = ["2023-03-09", "2023-03-08", "2023-03-06", "2023-03-02", "2023-02-27", "2023-02-21"]


class Plain(Trap):
    """No trap: a small site that behaves."""

    host = "plain.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path == "/":
            reply(out, page(rows(DAYS)))
        elif asked.path in {"/xwdt/", "/tzgg/"}:
            reply(out, page(rows(DAYS), title="栏目"))
        elif asked.path == "/hdjl/":
            reply(out, page("<p>互动交流</p><form><textarea name='c'></textarea></form>"))
        elif asked.path.startswith("/art/"):
            reply(out, article("市政府召开常务会议", "2023-03-09"))
        else:
            reply(out, "<h1>404</h1>", status="404 Not Found")


class RiverSecurity(Trap):
    """瑞数: 412 with a script and a cookie, for every address."""

    number = 1
    host = "trap01.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        body = "<html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></head></html>"
        cookie = {"Set-Cookie": "FSSBBIl1UgzbN7NS=60abc; path=/; HttpOnly"}
        reply(out, body, status="412 Precondition Failed", headers=cookie)


class Jiasule(Trap):
    """加速乐: 521 until the visitor's script has set a cookie; then the page."""

    number = 2
    host = "trap02.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if "__jsl_clearance=ok" in asked.headers.get("cookie", ""):
            reply(out, page(rows(DAYS)))
            return
        script = "<script>document.cookie='__jsl_clearance=ok;path=/';location.reload()</script>"
        headers = {"X-Via-JSL": "1a2b3c", "Set-Cookie": "__jsluid_h=abc; path=/; HttpOnly"}
        reply(out, script, status="521 ", headers=headers)


class Wzws(Trap):
    """360: a good status, a page that asks for a script and a reload."""

    number = 3
    host = "trap03.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        reply(
            out,
            "<html><head><title></title><script src='/wzws-waf-cgi/x.js'></script></head>"
            "<body><noscript>请开启JavaScript并刷新该页</noscript></body></html>",
        )


class Refusing(Trap):
    """A firewall that says a status of the visitor's choice: /403, /405, /418, /493, /503."""

    number = 4
    host = "trap04.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        status = asked.path.strip("/") or "403"
        reply(out, "<h1>Forbidden</h1>您的访问被拒绝", status=f"{status} Refused")


class OnlyWww(Trap):
    """Closes the connection on the bare host; answers on www."""

    number = 6
    host = "trap06.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.host.startswith("www."):
            await Plain().answer(asked, out)


class Looping(Trap):
    """Sends the visitor round in a circle for ever."""

    number = 6
    host = "loop.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        target = "/b" if asked.path == "/a" else "/a"
        reply(out, status="302 Found", headers={"Location": target})


class CookieThenPage(Trap):
    """Sets a cookie and sends the visitor back to the same address: no loop, no harm."""

    number = 6
    host = "cookie.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if "seen=1" in asked.headers.get("cookie", ""):
            reply(out, page(rows(DAYS)))
        else:
            headers = {"Location": asked.path, "Set-Cookie": "seen=1; path=/"}
            reply(out, status="302 Found", headers=headers)


class Hanging(Trap):
    """Takes the connection and says nothing."""

    number = 9
    host = "trap09.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)


class Dripping(Trap):
    """One byte now and then, for ever."""

    number = 9
    host = "drip.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        while True:
            out.write(b" ")
            await out.drain()
            await asyncio.sleep(0.1)


class Mislabelled(Trap):
    """Labelled gb2312, written in GB18030."""

    number = 11
    host = "trap11.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        text = page(rows(DAYS), title="镕鎏市人民政府").replace("utf-8", "gb2312")
        reply(out, text.encode("gb18030"), kind="text/html; charset=gb2312")


class Framed(Trap):
    """A frameset: the list stands in a frame of a frame."""

    number = 12
    host = "trap12.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path == "/":
            markup = "<frameset rows='80,*'><frame src='/top.html'><frame src='/main.html'>"
            reply(out, f"<html><head><title>某局</title></head>{markup}</frameset></html>")
        elif asked.path == "/main.html":
            reply(out, page("<iframe src='/list.html'></iframe>"))
        elif asked.path == "/list.html":
            reply(out, page(rows(DAYS)))
        elif asked.path == "/top.html":
            reply(out, "<html><body><h1>某局网站</h1></body></html>")
        else:
            reply(out, status="404 Not Found")


class RobotsForbid(Trap):
    """robots.txt forbids everything."""

    number = 13
    host = "trap13.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path == "/robots.txt":
            reply(out, "User-agent: *\nDisallow: /\n", kind="text/plain")
        else:
            await Plain().answer(asked, out)


class RobotsChallenged(Trap):
    """robots.txt itself is a challenge page."""

    number = 13
    host = "robots-challenge.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path == "/robots.txt":
            reply(out, "<html><script>location.reload()</script>Disallow: /</html>")
        else:
            await Plain().answer(asked, out)


class TooMany(Trap):
    """429 with Retry-After for the first request, then the page."""

    number = 14
    host = "trap14.test"
    asked_before: ClassVar[Counter[str]] = Counter()

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        self.asked_before[asked.path] += 1
        if asked.path.startswith("/always") or self.asked_before[asked.path] == 1:
            reply(out, "slow down", status="429 Too Many", headers={"Retry-After": "1"})
        else:
            await Plain().answer(asked, out)


class ScriptedList(Trap):
    """The list is empty in the page and filled by a script."""

    number = 22
    host = "trap22.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path == "/data.json":
            reply(out, '{"days": ["2023-03-09", "2023-03-01"]}', kind="application/json")
        elif asked.path == "/":
            reply(out, _SCRIPTED)
        else:
            reply(out, status="404 Not Found")


_SCRIPTED = """<html><head><meta charset="gb2312"><title>某局</title></head><body><div id="app"></div>
<script>fetch('/data.json').then(r => r.json()).then(d => {
 document.getElementById('app').innerHTML = '<ul>' + d.days.map((day, i) =>
 '<li><a href="/art/' + i + '.html">市政府召开第' + i + '次常务会议</a><span>' + day + '</span></li>'
 ).join('') + '</ul>'; });</script></body></html>"""


class SoftNotFound(Trap):
    """Every missing page is a good page that says sorry."""

    number = 28
    host = "trap28.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path == "/":
            links = "<a href='/gone.html'>旧闻一则</a><a href='/art/1.html'>新闻一则</a>"
            reply(out, page(rows(DAYS) + links))
        elif asked.path.startswith("/art/"):
            reply(out, article("新闻一则", "2023-03-09"))
        else:
            sorry = "您要找的内容走丢了，请返回栏目继续浏览其他内容。" * 8
            reply(out, page(f"<div>{sorry}</div>", title="温馨提示"))


class HomeForEverything(Trap):
    """Every missing page is sent to the home page."""

    number = 28
    host = "homeward.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path in {"/", "/index.html"}:
            links = "<a href='/gone.html'>旧闻一则</a><a href='/index.html'>网站首页</a>"
            reply(out, page(rows(DAYS) + links))
        elif asked.path.startswith("/art/"):
            reply(out, article("新闻一则", "2023-03-09"))
        else:
            reply(out, status="302 Found", headers={"Location": "/"})


class HeadLies(Trap):
    """HEAD is 404, GET is fine."""

    number = 29
    host = "trap29.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.method == "HEAD":
            reply(out, status="404 Not Found")
        else:
            reply(out, b"x" * 300_000, kind="application/pdf")


class DeadLinks(Trap):
    """A home page whose links are alive, dead, refused, broken and private."""

    number = 30
    host = "trap30.test"
    flaky: ClassVar[Counter[str]] = Counter()

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path == "/":
            reply(out, page(rows(DAYS) + _LINKS))
        elif asked.path == "/flaky.html":
            self.flaky[asked.path] += 1
            lost = self.flaky[asked.path] == 1
            reply(out, status="404 Not Found" if lost else "200 OK")
        elif asked.path in {"/dead.html", "/dead.doc"} or "xuncha" in asked.path:
            reply(out, status="404 Not Found")
        elif asked.path == "/refused.html":
            reply(out, status="403 Forbidden")
        elif asked.path == "/broken.html":
            reply(out, status="500 Error")
        elif asked.path.startswith("/art/"):
            reply(out, article("新闻一则", "2023-03-09"))
        else:
            await Plain().answer(asked, out)


_LINKS = """<a href="/dead.html">死链</a><a href="/dead.doc">附件</a><a href="/flaky.html">时好时坏</a>
<a href="/refused.html">被拒</a><a href="/broken.html">出错</a><a href="javascript:void(0)">脚本</a>
<a href="mailto:a@b.cn">邮件</a><a href="tel:12345">电话</a><a href="#top">回顶</a>
<a href="http://plain.test/art/9.html#x">外链</a><a href="http://plain.test/none.html">外链死</a>"""


class Bomb(Trap):
    """A small gzip body that grows to 64 MiB."""

    host = "bomb.test"
    body: ClassVar[bytes] = gzip.compress(b"<html>" + b" " * (64 * 1024 * 1024))

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        reply(out, self.body, headers={"Content-Encoding": "gzip"})


class ShortBody(Trap):
    """Promises more bytes than it sends."""

    host = "short.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        body = page(rows(DAYS)).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body) + 99}\r\n\r\n"
        out.write(head.encode() + body)


class Inward(Trap):
    """Redirects to an address inside our own network."""

    host = "inward.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        reply(out, status="302 Found", headers={"Location": "http://169.254.169.254/latest/"})


class Garbage(Trap):
    """Does not speak HTTP at all."""

    host = "garbage.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(b"\x00\x01\x02 not http \r\n\r\n")


class MetaRefresh(Trap):
    """A home page that is only a redirect inside the page."""

    number = 6
    host = "refresh.test"

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        if asked.path == "/":
            reply(out, "<html><meta http-equiv='refresh' content='0;url=/zw/index.html'></html>")
        elif asked.path == "/zw/index.html":
            reply(out, page(rows(DAYS)))
        else:
            reply(out, status="404 Not Found")


TRAPS: tuple[type[Trap], ...] = tuple(Trap.__subclasses__())


@dataclass(slots=True)
class TrapServer:
    """Listens on loopback while it is entered; counts what it was asked for."""

    seen: list[tuple[str, str, str]] = field(default_factory=list)
    port: int = 0
    tls_port: int = 0
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _ready: threading.Event = field(default_factory=threading.Event)
    _stop: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._loop is not None
        assert self._stop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def origins(self, *more: str) -> dict[str, str]:
        """The origin map that leads every trap's host here, with www and under both schemes."""
        target = f"http://127.0.0.1:{self.port}"
        hosts = [trap.host for trap in TRAPS] + list(more)
        names = [name for host in hosts for name in (host, f"www.{host}")]
        return {f"{scheme}://{name}": target for name in names for scheme in ("http", "https")}

    def count(self, host: str, path: str) -> int:
        """How often a path of a host was asked for."""
        return sum(one[1:] == (host, path) for one in self.seen)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("elsewhere.test").configure_cert(context)
        plain = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        secure = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = plain.sockets[0].getsockname()[1]
        self.tls_port = secure.sockets[0].getsockname()[1]
        self._ready.set()
        async with plain, secure:
            await self._stop.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            asked = _parse(head)
            self.seen.append((asked.method, asked.host, asked.path))
            host = asked.host.removeprefix("www.")
            trap = next((one for one in TRAPS if one.host == host), Plain)
            await trap().answer(asked, out)
            await out.drain()
        out.close()


def _parse(head: bytes) -> Asked:
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    pairs = (line.partition(":") for line in lines[1:] if line)
    return Asked(method, path, {name.strip().lower(): value.strip() for name, _, value in pairs})

"""Tiny stand-ins for the hosts outside the city that its pages point to, so that nobody leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity.replies import Reply, text

if TYPE_CHECKING:
    from democity.replies import Asked

GAMBLING, WARNING = "hezuo.example", "fanzha.example"
"""A partner's domain that changed hands, and a page that warns of what is sold there."""
STRANGERS = tuple(f"tejia{n}.example" for n in range(1, 7))
"""Shops that have nothing to do with anybody in the city."""

PROVINCE = "mingchuan-portal.gov.cn"
"""A government of its own, to which columns of the city lead now and then."""

HOSTS = frozenset(
    {
        f"www.{PROVINCE}",
        GAMBLING,
        WARNING,
        *STRANGERS,
        "dcs.conac.cn",
        "bszs.conac.cn",
        "zfwzgl.www.gov.cn",
        "pucha.kaipuyun.cn",
        "beian.miit.gov.cn",
        "www.beian.gov.cn",
        "beian.mps.gov.cn",
        "www.gov.cn",
        "mp.weixin.qq.com",
        "weibo.com",
        "passport.weibo.cn",
        "visitor.passport.weibo.cn",
    }
)

_PAGES = {
    "visitor.passport.weibo.cn": "<html><head><title>Sina Visitor System</title></head><body></body></html>",
    GAMBLING: "<html><head><meta charset='utf-8'><title>澳门威尼斯人官网_百家乐平台_注册送彩金</title></head>"
    "<body><h1>百家乐平台</h1></body></html>",
    WARNING: "<html><head><meta charset='utf-8'><title>警惕网络赌博骗局：网上百家乐、时时彩的套路</title></head>"
    "<body><h1>警惕网络赌博骗局</h1><p>民警提醒：网上百家乐、时时彩都是诈骗。</p></body></html>",
    "passport.weibo.cn": "<html><head><title>登录 - 新浪微博</title></head><body>请登录</body></html>",
}
_PNG = b"\x89PNG\r\n\x1a\n"
_SCRIPT = "application/javascript; charset=utf-8"
_CONAC = """(function(){var s=document.getElementById('_ideConac');if(s){s.innerHTML=
"<a href='https://bszs.conac.cn/sitename?method=show&id=00000000000000000000000000000000' target='_blank'>"+
"<img id='imgConac' vspace='0' hspace='0' border='0' src='https://dcs.conac.cn/image/red.png'></a>";}})();"""
_JIUCUO = """(function(){var s=document.getElementById('_jiucuo_');if(!s){return;}
var code=s.getAttribute('sitecode');var span=document.createElement('span');span.id='_span_jiucuo';
span.innerHTML="<img onclick=\\"Link('"+code+"')\\" style='margin:0;border:0;cursor:pointer' "+
"src='https://zfwzgl.www.gov.cn/exposure/images/jiucuo.png?v="+code+"'/>";
s.parentNode.insertBefore(span,s);})();
function Link(code){window.open("https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code="+code+
"&url="+encodeURIComponent(location.href));}"""


def answer(asked: Asked) -> Reply:
    """A picture, a script, or a page that says whose it is."""
    path = asked.path
    if path.startswith("/gone/"):
        return text("<html><body><h1>404 Not Found</h1></body></html>", 404)
    if path.endswith((".png", ".jpg", ".gif", ".ico")):
        return Reply(_PNG, 200, "image/png")
    if path.endswith("jiucuo.js"):
        return text(_JIUCUO, 200, _SCRIPT)
    if asked.host == "dcs.conac.cn" and path.endswith(".js"):
        return text(_CONAC, 200, _SCRIPT)
    if asked.host in _PAGES:
        return text(_PAGES[asked.host])
    return text(
        f"<html><head><meta charset='utf-8'><title>{asked.host}</title></head>"
        f"<body><h1>{asked.host}</h1><p>演示环境中的替身页面。</p></body></html>"
    )


def refuses(host: str) -> bool:
    """Neighbours that answer 403 to every machine, and are alive for people."""
    return host.startswith("refuses")


def stands_in(host: str) -> bool:
    """Petition and discipline platforms of the units, which are sites of others."""
    return host.startswith(("wsxf.", "jb."))

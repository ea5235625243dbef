"""Inline style and script as old templates carry them: weight, and nothing to find in it."""

from __future__ import annotations

_SELECTORS = (
    "body", ".top", ".banner", ".nav", ".nav ul", ".nav li", ".nav li a", ".sub", ".sub dd", ".box",
    ".box .tit", ".box .tit h2", ".box .more", ".box ul", ".box li", ".box li a", ".box li span",
    ".place", ".left", ".left h3", ".submenu", ".submenu li", ".right", ".lm", ".newslist",
    ".newslist li", ".newslist li a", ".newslist li span", ".page", ".page a", ".xl", ".xl h1",
    ".info", ".TRS_Editor", ".TRS_Editor p", ".links", ".zt", ".footer", ".footer p", ".footer a",
)  # fmt: skip


def _rule(place: int, selector: str) -> str:
    return (
        f"{selector}{{margin:{place % 7}px auto;padding:{place % 5 + 2}px {place % 9 + 4}px;"
        f"line-height:{place % 6 + 22}px;color:#{(place * 4177) % 4096:03x};font-size:{place % 4 + 13}px;"
        "font-family:'Microsoft YaHei',SimSun,sans-serif;list-style:none;overflow:hidden}"
    )


_STATES = ("", ":hover")
STYLE = "\n".join(
    _rule(place, selector + state) for state in _STATES for place, selector in enumerate(_SELECTORS)
)

SCRIPTS = """
function AddFavorite(url,title){try{window.external.addFavorite(url,title);}catch(e){alert("请使用Ctrl+D进行添加");}}
function SetHome(obj,url){try{obj.style.behavior="url(#default#homepage)";obj.setHomePage(url);}catch(e){alert("您的浏览器不支持");}}
function checkSearch(form){var word=form.keyword?form.keyword.value:"";word=word.replace(/(^\\s+)|(\\s+$)/g,"");
if(word==""||word=="请输入关键字"){alert("请输入有效内容");return false;}return true;}
function tab(name,cursel,n){for(var i=1;i<=n;i++){var menu=document.getElementById(name+i);var con=document.getElementById("con_"+name+"_"+i);
if(menu){menu.className=i==cursel?"hover":"";}if(con){con.style.display=i==cursel?"block":"none";}}}
function resize(size){var body=document.getElementById("zoom");if(body){body.style.fontSize=size+"px";}}
"""

"""What a link must be called, and lead to, before it can be a column."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.document import Document, Link

NAME_LIMIT = 16  # characters: column names are short, titles of articles are not

_EDGES = "·|>»›→•●◆■□▪▶【】[]《》<+-—_…. 、：:\xa0\u3000\ue600"
_COUNT = re.compile(r"[（(]\s?\d{1,6}\s?条?[)）]$")
_NO_COLUMN = re.compile(
    r"首\s?页|主页|^返回|登录|登陆|注册|退出|English|^EN$|^en$|ENGLISH|英文|繁[体體]|简体|^简$|^繁$|无障碍|长者|适老|关怀|老年|大字"
    r"|手机版|移动版|电脑版|客户端|微信|微博|公众号|二维码|邮箱登|邮箱$|RSS|订阅|收藏|设为|天气|气象预报|地图|联系我们|联系方式|关于我们|关于本站"
    r"|版权|网站声明|免责|隐私|帮助|搜索|检索|旧版|新版|老版|APP|小程序|[上下前后]一?[页篇]|末页|尾页|第.{1,4}页|打印|关闭|^更多|more|More|MORE"
    r"|个人中心|用户中心|会员|我的|问答机器人|智能问答|机器人|友情链接|网站导航|站点导航|全部|展开|收起|详细|详情|查看|点击|分享|播放|下载APP"
    r"|^\d+$|^\W+$|^[a-zA-Z]{1,3}$|@|www\.|http|政府网站?$|政务网$|ICP|备\d|备案|网安备|(?:当前|现在|所在|您)的?位置|门户网站?$|人民政府$|专题网$"
)
# Addresses of single articles: a date or a long number in the file name, or a folder of one day.
_ARTICLE = re.compile(
    r"/[tcpPW]?\d{8}_\d+|content[_/](?:post_)?\d|/post_\d|/art/\d{4}/|/\d{4}[-/]?\d{2}[-/]?\d{2}/|/20\d{2}-?\d{2}/[^/?]*\d[^/?]*\.|/c\d{4,}/content"
    r"|/info/\d+/\d+\.|info_?id=|/article[s/_-]|articleid=|newsid=|/detail|[?&](?:a|news|info|art)id=|/show[-_/]\d|_\d{6,}\.s?html?$"
    r"|\.(?:docx?|xlsx?|pdf|zip|rar|jpe?g|png|gif|mp4|wps|apk|ppt|txt)$",
    re.IGNORECASE,
)


def column_name(link: Link) -> str:
    """The name of a link as a column, or an empty string where it cannot be one."""
    text = link.text if len(link.text) >= 2 or not link.title else link.title
    return plain_name(text) if len(text) <= 40 else ""


@lru_cache(maxsize=8192)
def plain_name(text: str) -> str:
    """The text without ornaments and counts; empty where it names no column."""
    name = _COUNT.sub("", text.strip(_EDGES)).strip(_EDGES)
    name = "".join(name.split()) if len(name) <= 24 else name
    if not 2 <= len(name) <= NAME_LIMIT or _NO_COLUMN.search(name):
        return ""
    return name


@lru_cache(maxsize=4096)  # the pages of a site have the same menus
def is_article_address(url: str) -> bool:
    """Whether an address looks like one article or one file, and not like a list."""
    path = url.find("/", url.find("//") + 2) if "//" in url else 0
    return path >= 0 and _ARTICLE.search(url, path) is not None


def picture_name(document: Document, link: Link) -> str:
    """The name of a link that is a picture: its title, else the picture's text."""
    if link.title:
        return plain_name(link.title)
    outline = document.outline
    for index in range(link.index + 1, min(outline.ends[link.index], link.index + 6)):
        if outline.tags[index] == "img":
            return plain_name((outline.attributes(index).get("alt") or "").strip())
    return ""

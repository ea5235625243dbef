"""What comes in English from below the product, in the words of its operators.

`chinese` puts sentences of the operating system into Chinese, `usage` those of the command line.
"""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable

_SYSTEM = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样做",
    errno.ENOSPC: "磁盘已满，请清理或换到更大的磁盘",
    errno.EDQUOT: "磁盘配额已满",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错，请检查磁盘",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已经存在",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "系统打开的文件太多",
    errno.EBUSY: "正被占用",
    errno.ESTALE: "网络存储已断开",
    errno.ENOMEM: "内存不足",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ETIMEDOUT: "超时",
}
_BY_WORDS = {os.strerror(number): told for number, told in _SYSTEM.items()}
_SYSTEM_WORDS = re.compile(
    r"(?:\[Errno \d+\] )?("
    + "|".join(map(re.escape, sorted(_BY_WORDS, key=len, reverse=True)))
    + ")"
)

_VALUES = (
    (r"Input should be a valid integer(?:, .*)?", "应是整数"),
    (r"Input should be a valid (?:number|decimal)(?:, .*)?", "应是数字"),
    (r"Input should be a valid boolean(?:, .*)?", "应是 true 或 false"),
    (r"Input should be a valid string", "应是文字"),
    (r"Input should be a finite number", "应是有限的数字"),
    (r"Input should be greater than or equal to (\S+)", r"不能小于 \1"),
    (r"Input should be less than or equal to (\S+)", r"不能大于 \1"),
    (r"Input should be greater than (\S+)", r"应大于 \1"),
    (r"Input should be less than (\S+)", r"应小于 \1"),
    (r"Input should be ('.+')", r"应是 \1 之一"),
    (r"(?:String|Value) should have at least (\d+) \w+", r"至少要有 \1 个字符"),
    (r"(?:String|Value) should have at most (\d+) \w+", r"最多 \1 个字符"),
    (r"String should match pattern '(.+)'", r"格式不对（\1）"),
    (r"Extra inputs are not permitted", "不认识这一项"),
    (r"Field required", "缺少这一项"),
    (r"Value error, ", ""),
)
_VALUE_WORDS = tuple((re.compile(pattern), told) for pattern, told in _VALUES)


def chinese(sentence: str) -> str:
    """The sentence with what the operating system and readers of values said put into Chinese."""
    told = _SYSTEM_WORDS.sub(lambda found: _BY_WORDS[found[1]], sentence)
    for pattern, words in _VALUE_WORDS:
        told = pattern.sub(words, told)
    return told


@runtime_checkable
class UsageFault(Protocol):
    """What the command line raises for words that it does not understand."""

    exit_code: int

    def format_message(self) -> str:
        """What it says of them, in English."""


def usage(fault: UsageFault) -> str:
    """What was wrong with a command line, and where to look it up; all of it in Chinese.

    Nothing where its help has been shown instead.
    """
    told = _first(fault.format_message().strip())
    path = getattr(getattr(fault, "ctx", None), "command_path", "") or "xuncha"
    return f"{told}。查看用法：{path} --help" if told else ""


def _first(message: str) -> str:
    for pattern, worded in _USAGE:
        found = pattern.fullmatch(message)
        if found:
            return worded(found)
    return message


def _did_you_mean(tail: str | None) -> str:
    near = re.findall(r"-{0,2}[\w-]+(?=')|--[\w-]+", tail or "")
    return f"（是不是 {'、'.join(dict.fromkeys(near))}？）" if near else ""


def _invalid(found: re.Match[str]) -> str:
    return f"{found[1].replace(chr(39), '')} 的值不对：{chinese(found[2])}"


_USAGE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"Missing option (.+?)\.?"), lambda m: f"缺少选项 {m[1].replace(chr(39), '')}"),
    (
        re.compile(r"Missing argument (.+?)\.?"),
        lambda m: f"缺少参数 {m[1].replace(chr(39), '').upper()}",
    ),
    (re.compile(r"Missing command\.?"), lambda _: "缺少子命令"),
    (
        re.compile(r"No such command '(.+?)'\.?(.*)", re.DOTALL),
        lambda m: f"没有命令“{m[1]}”{_did_you_mean(m[2])}",
    ),
    (
        re.compile(r"No such option: (\S+?)\.?(?: (.*))?", re.DOTALL),
        lambda m: f"没有选项 {m[1]}{_did_you_mean(m[2])}",
    ),
    (
        re.compile(r"Option '(.+?)' requires (?:an argument|\d+ arguments)\.?"),
        lambda m: f"选项 {m[1]} 后面要写它的值",
    ),
    (re.compile(r"Option '(.+?)' does not take a value\.?"), lambda m: f"选项 {m[1]} 后面不写值"),
    (
        re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)"),
        lambda m: f"多出了“{m[1]}”，有空格的内容请加引号",
    ),
    (re.compile(r"Invalid value for (.+?): (.*)", re.DOTALL), _invalid),
)

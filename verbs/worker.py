"""`xuncha worker`: one machine of a cluster."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from verbs.shell import opened


def worker(
    workers: Annotated[int, typer.Option(min=0, help="本机同时巡查的分片数，0 为处理器核数")] = 0,
) -> None:
    """多机巡查的工作进程：领取 xuncha nightly --cluster 分发的任务；常驻运行。"""
    from cluster.worker import work

    loaded, sessions = opened()
    sessions.kw["bind"].dispose()
    work(loaded, workers or os.cpu_count() or 1)

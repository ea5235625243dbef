"""How log lines look: one JSON object a line for machines, one plain line on a terminal.

configure    call once at the beginning of each process
about        a context in which every line names the run, the target, the job it is about

Lines go to stderr: what a command prints on stdout may be read by a program.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, cast

import structlog

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from structlog.typing import EventDict, Processor, WrappedLogger


def configure() -> None:
    """Give all lines of this process one shape: ours by structlog, those of libraries, too.

    A person at a terminal sees warnings; a journal keeps what was done, too.
    """
    level = logging.WARNING if sys.stderr.isatty() else logging.INFO
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = structlog.dev.ConsoleRenderer(colors=True)
    if not sys.stderr.isatty():
        shared.append(structlog.processors.format_exc_info)
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_to_stderr,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    # Scrapy sets the levels of its own loggers anew, and tells of every item.
    logging.disable(logging.INFO)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _named], processors=[_without_record, last]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def about(**what: Any) -> AbstractContextManager[None]:
    """Lines of the block carry what is given: `run`, `target`, `job`."""
    return cast("AbstractContextManager[None]", structlog.contextvars.bound_contextvars(**what))


def _to_stderr(*_: Any) -> WrappedLogger:
    # Asked for anew each time: whoever runs us may have replaced it.
    return structlog.PrintLogger(sys.stderr)


def _named(logger: WrappedLogger, _: str, event: EventDict) -> EventDict:
    event["logger"] = getattr(logger, "name", "") or event["_record"].name
    return event


def _without_record(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(cast("Any", None), "", event)

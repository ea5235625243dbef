"""The pages, one file a screen."""

from __future__ import annotations

from web.pages import (
    captures,
    findings,
    notifications,
    overview,
    precision,
    queue,
    rectification,
    registry,
    rules,
    session,
    target_pages,
    targets,
    undetermined,
    users,
    windows,
)

ROUTERS = (
    session.router,
    overview.router,
    queue.router,
    findings.router,
    captures.router,
    undetermined.router,
    targets.router,
    target_pages.router,
    rectification.router,
    windows.router,
    registry.router,
    rules.router,
    precision.router,
    notifications.router,
    users.router,
)

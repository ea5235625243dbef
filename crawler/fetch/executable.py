"""Which browser there is, and how it is started. Imports no driver: `doctor` asks here, too."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from settings import Settings

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# The browser heeds the last list alone, so the driver's own, given before ours, is in it, too.
_FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "DialMediaRouteProvider",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    # A process in store for the next site is one too many for pages that are shown once.
    "SpareRendererForSitePerProcess",
    "ThirdPartyStoragePartitioning",
    "Translate",
)
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    f"--disable-features={','.join(_FEATURES_OFF)}",
    # Nothing may pass beside the gate.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
# Pages are read and not looked at: no images, and little drawing. Frames must go on, though: without
# them no animation, observer of what is in view, or list that waits for either would ever be filled.
_UNSEEN = ("--blink-settings=imagesEnabled=false", "--num-raster-threads=1")


def find_browser(settings: Settings) -> str | None:
    """The browser that the settings name, or the first on PATH; None when off or missing."""
    if settings.browser == "off":
        return None
    if settings.browser == "auto":
        return next(filter(None, map(shutil.which, _NAMES)), None)
    return shutil.which(settings.browser)


def launch_options(executable: str, *, images: bool = False) -> dict[str, Any]:
    """How the browser is started; the gate's address is added when it is open."""
    flags = [*_FLAGS] if images else [*_FLAGS, *_UNSEEN]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to start as root otherwise
    return {"executable_path": str(executable), "headless": True, "args": flags}

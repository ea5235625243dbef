"""Scrapy's settings for a patrol, each thought through (its defaults cost twice a tuned crawl)."""

from __future__ import annotations

from typing import Any

SCRAPY: dict[str, Any] = {
    # One handler for both schemes; see crawler/fetch/handler.py.
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.fetch.handler.PatrolDownloadHandler",
        "https": "crawler.fetch.handler.PatrolDownloadHandler",
        "data": None,
        "file": None,
        "ftp": None,
        "s3": None,
    },
    # Redirects, retries, robots, compression, cookies, timeouts and access states are the
    # fetcher's: it follows on original addresses and types what happens. Nothing is left to do
    # for Scrapy's own middlewares, and switched on they cost as much as the fetch.
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "ITEM_PIPELINES": {"crawler.spiders.pipeline.StorePipeline": 100},
    # The manners hold the budgets by host, address and platform; Scrapy must not add its own.
    "CONCURRENT_REQUESTS": 512,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 512,
    "DOWNLOAD_DELAY": 0,
    # Results wait for the database here; more would only cost memory.
    "CONCURRENT_ITEMS": 4,
    "ROBOTSTXT_OBEY": False,  # crawler/fetch/robots.py: by policy, not by library default
    "AUTOTHROTTLE_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "STATS_DUMP": False,
    "LOG_ENABLED": False,  # the product logs through structlog
    "LOG_INSTALL_ROOT_HANDLER": False,
    "LOG_LEVEL": "WARNING",
}

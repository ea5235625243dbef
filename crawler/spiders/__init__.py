"""Scrapy spiders, middlewares and pipelines."""

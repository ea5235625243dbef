"""The operators' desk: server-rendered pages and the JSON API over the same database."""

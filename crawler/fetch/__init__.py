"""Bytes in, captures out: HTTP, browser, TLS, decoding, access state."""

"""Capture to facts: pure functions, no network, no database, no clock."""

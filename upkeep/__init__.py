"""Keeping house: backup, retention, the state of the database, metrics."""

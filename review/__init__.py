"""DECIDE: windows, findings, decisions, rectification."""

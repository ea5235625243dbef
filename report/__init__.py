"""TELL: annex tables, the notice, exports."""

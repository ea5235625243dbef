"""Account sources: one file for each kind of source."""

"""What can go wrong when keeping house.

UpkeepError      a backup, restore or clean-up cannot be done; the message is one Chinese sentence
"""

from __future__ import annotations


class UpkeepError(Exception):
    """A backup, restore or clean-up cannot be done; the message is one Chinese sentence."""

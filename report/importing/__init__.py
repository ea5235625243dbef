"""Annexes of printed notices read back: tables, slid cells, what they contradict, findings."""

"""The verbs of the `xuncha` command, one module for each room they speak to."""

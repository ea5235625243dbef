"""Layouts of notices, one YAML file each; adding a layout is adding a file."""

"""The evidence of a window: confirmed findings with captures, screenshots, hashes, a signature."""

"""OBSERVE: bytes in, captures and facts out."""

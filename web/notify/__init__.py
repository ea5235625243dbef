"""Telling users what they asked to be told: digest, new vetoes, held run, dead patrol."""

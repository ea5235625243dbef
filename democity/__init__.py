"""A whole simulated jurisdiction on loopback, with its answer key."""

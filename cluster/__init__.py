"""One night on many machines: shards of targets as jobs of procrastinate on the same PostgreSQL."""

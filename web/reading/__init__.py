"""What the pages show, read from the tables: plain rows, bounded to a person's unit."""

"""How each kind of source is asked, over the `Fetch` interface alone."""

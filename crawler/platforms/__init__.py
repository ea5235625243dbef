"""Account sources: one file for each kind of source.

`observe.observe` looks at one account over the `Fetch` interface; everything beneath it but the
`adapters` is pure: bytes and a stated clock in, an `AccountReading` out.
"""

"""The addresses of the cockpit of 2016, `/ays/…` and `/cockpit/…`, for its clients.

Paths, parameters and fields are the original's; errors are problems, and nothing runs by itself
that a client did not ask for.

See: docs/migrating.md, "Clients of the REST API".
"""

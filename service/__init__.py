"""The online side: use cases, stores and the HTTP API."""

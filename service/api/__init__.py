"""The HTTP API: wire formats, authentication, problems, and thin endpoints over the use cases."""

"""The endpoints, one file a subject: read the request, call one use case, answer."""

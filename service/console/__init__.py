"""The abuse desk's web pages: HTML from the server, no build step, nothing from elsewhere."""

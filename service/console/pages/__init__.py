"""The pages; each file holds one `Page`, its template lies in `templates/`."""

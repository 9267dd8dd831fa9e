"""A report in, text for people and machines out: one module a format."""

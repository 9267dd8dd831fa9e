"""A walk over Python facts: from an entry point through everything it reaches in the project."""

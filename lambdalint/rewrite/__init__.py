"""Source text and the place of a call in, what is needed to rewrite it out; the only user of libcst."""

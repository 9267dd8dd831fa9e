"""Scripts that measure: every number in docs/ about speed comes from one of them."""

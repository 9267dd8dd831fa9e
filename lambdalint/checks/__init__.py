"""Functions in, findings out: one module a rule, `check(function, options)`."""

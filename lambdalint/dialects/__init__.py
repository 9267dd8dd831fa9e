"""Trees in, declarations and triggers out; knows no rules. One module or folder a dialect."""

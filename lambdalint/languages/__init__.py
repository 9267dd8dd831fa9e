"""Text in, facts with positions out; knows no AWS. Every reader is `parse(path, text) -> (facts, problems)`."""

"""What the world is like, as data: tables with their source and date, read when first asked.

constructors: what is worth building once. operations: what AWS calls do when repeated. event_sources: what invokes a
function and whether it comes twice. limits: how large a package may be. packages: what is not needed at run time, and
what distributions weigh. secrets: how credentials look. tables: how the files are read.
"""

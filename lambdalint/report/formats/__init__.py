"""One module an output format: `render(report, context)`; the module's name is the format's."""

"""lambdalint: reads a Lambda function's code, configuration and package together."""

__version__ = "0.1.0"

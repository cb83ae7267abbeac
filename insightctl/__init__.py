"""insightctl: on-call for AWS Lambda from the terminal."""

__version__ = "0.1.0"

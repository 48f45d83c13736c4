"""What the installed code says of itself."""

from importlib.metadata import version

VERSION = version("sms-gateway")
"""Of the installed code; looked up once, because that reads files."""

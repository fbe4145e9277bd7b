"""The version of the package, told by every output."""

__version__ = "0.1.0"

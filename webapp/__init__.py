"""The one application that stores, authenticates, translates and waits."""

__version__ = "0.1.0"

"""Ask the Driftline reports from a notebook."""

from .ask import Client

__all__ = ["Client"]
__version__ = "0.9.2"

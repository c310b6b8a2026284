"""The Samenwerkingsmonitor: what two police zones' cooperation changed, from their own exports."""

__version__ = "0.1.0"

"""An answer as a file to keep."""

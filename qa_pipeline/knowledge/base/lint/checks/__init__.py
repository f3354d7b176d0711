"""The checks, each a function under ``@base_check``."""

"""The checks, each a function under ``@lint_check``."""

"""Phrase rules (用语标准): what must be said and what must not."""

"""Which files the program takes, by how their names end."""

from __future__ import annotations

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm"})
YAML_SUFFIXES = frozenset({".yaml", ".yml"})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
READABLE_SUFFIXES = TABLE_SUFFIXES | YAML_SUFFIXES
RECORDING_SUFFIXES = frozenset(
    {".wav", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".m4a", ".aac", ".amr"}
    | {".wma", ".webm", ".mp4", ".au", ".aif", ".aiff"}
)
ARCHIVE_SUFFIXES = frozenset({".zip"})
UPLOAD_SUFFIXES = READABLE_SUFFIXES | RECORDING_SUFFIXES | ARCHIVE_SUFFIXES
"""What may be sent in the browser and by the API."""

"""Finds phrases and patterns in what was said: by characters and by sound, each with its words and probability."""

from qa_pipeline.rules.matching.hits import Hit, find, heard, like, search, stand
from qa_pipeline.rules.matching.passages import normal, passage_text, passages
from qa_pipeline.rules.matching.phrases import Phrase, Phrases, phrases

__all__ = [
    "Hit",
    "Phrase",
    "Phrases",
    "find",
    "heard",
    "like",
    "normal",
    "passage_text",
    "passages",
    "phrases",
    "search",
    "stand",
]

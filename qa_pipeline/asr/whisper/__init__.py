"""Whisper by CTranslate2, the speech of many calls in one batch."""

from qa_pipeline.asr.whisper.pace import PACES, Pace
from qa_pipeline.asr.whisper.transcriber import WhisperTranscriber

__all__ = ["PACES", "Pace", "WhisperTranscriber"]

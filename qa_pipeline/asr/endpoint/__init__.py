"""Recognition by a server that speaks OpenAI's transcription API, as FunASR, speaches and vLLM do."""

from qa_pipeline.asr.endpoint.client import EndpointClient
from qa_pipeline.asr.endpoint.transcriber import EndpointTranscriber

__all__ = ["EndpointClient", "EndpointTranscriber"]

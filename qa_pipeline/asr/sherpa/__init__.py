"""Recognition by sherpa-onnx: Paraformer, SenseVoice and zipformer transducers from a folder."""

from qa_pipeline.asr.sherpa.folder import SherpaModel, is_sherpa, read_folder
from qa_pipeline.asr.sherpa.transcriber import SherpaTranscriber, provider_for

__all__ = ["SherpaModel", "SherpaTranscriber", "is_sherpa", "provider_for", "read_folder"]

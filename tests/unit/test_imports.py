"""What must stay cheap to import."""

from __future__ import annotations

import subprocess
import sys


def test_the_contract_of_recognisers_loads_no_model_library() -> None:
    code = "import sys, qa_pipeline.asr.base; print(*{'torch', 'faster_whisper', 'scipy', 'jieba'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == ""

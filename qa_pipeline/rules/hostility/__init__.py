"""Where a caller (or an operator) is upset, angry or abusive: the anchor of rules on soothing, and the case mix.

Words decide. A voice raised in level and pitch raises the grade of words; sound alone, and the model alone, are
nothing but a reason for a person to listen.
"""

from __future__ import annotations

from qa_pipeline.rules.hostility.case_mix import CaseMix, case_mix, mix_of, stored_mix
from qa_pipeline.rules.hostility.doubts import Calm, calm, doubts_of
from qa_pipeline.rules.hostility.kinds import How, Kind, Moment
from qa_pipeline.rules.hostility.moments import moments, moments_of
from qa_pipeline.rules.hostility.params import HostilityParams

__all__ = [
    "Calm",
    "CaseMix",
    "HostilityParams",
    "How",
    "Kind",
    "Moment",
    "calm",
    "case_mix",
    "doubts_of",
    "mix_of",
    "moments",
    "moments_of",
    "stored_mix",
]

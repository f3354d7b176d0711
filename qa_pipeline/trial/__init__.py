"""Trying a ruleset before it judges anybody: on stored calls, on written dialogues, and over a whole month.

Everything is judged by the functions that a run judges by, and nothing is written to the store.
"""

from qa_pipeline.trial.cases import CaseTried, tried_cases
from qa_pipeline.trial.comparing import Comparison, compare_month
from qa_pipeline.trial.rulesets import ruleset_named
from qa_pipeline.trial.testing import Tried, judged_call, judged_dialogue
from qa_pipeline.trial.veiling import veiled_comparison, veiled_trial

__all__ = [
    "CaseTried",
    "Comparison",
    "Tried",
    "compare_month",
    "judged_call",
    "judged_dialogue",
    "ruleset_named",
    "tried_cases",
    "veiled_comparison",
    "veiled_trial",
]

"""Checks: pure functions of a call that say pass, fail, not applicable or undetermined, with evidence."""

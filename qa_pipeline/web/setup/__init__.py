"""Set-up by hand: files that are sent, what the worker does, scorecard and ruleset."""

"""Quality audits of 12345 hotline call recordings: from a month of audio to scores that people can defend."""

__version__ = "0.1.0"

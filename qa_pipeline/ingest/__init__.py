"""Reads the centre's files into models. Nothing is written here but recordings; pandas stops here."""

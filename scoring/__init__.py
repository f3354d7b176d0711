"""Arithmetic of points, grades, strikes and pay. A leaf: it knows nothing of audio, databases or screens."""

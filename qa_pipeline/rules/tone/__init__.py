"""Tone rules (语气适当): pace, loudness, silence, interruption, impatience."""

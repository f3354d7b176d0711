"""Sample calls: scripts, the audio made from them, and the code that speaks them."""

"""Records of training: who attended what, what is owed, and what a training changed.

The city's policy (安行审发[2022]7号) asks for 20 days of induction of who is new, a training of all and a simulated
session every month, and a training of each team every week. Nothing here reaches a score, a grade or pay.
"""

"""声音里的微笑: the month's most pleasant calls, shortlisted by team, voted on blind.

A place in it is an honour. It becomes a reward only by the ways that pay has (terms and schemes that finance states),
never by itself: nothing here reaches a score, a grade or pay.
"""

"""Record rules (记录完整): the work order held against the call, both ways."""

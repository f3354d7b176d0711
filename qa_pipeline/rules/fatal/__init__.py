"""Suspected fatal errors (一票否决): they only point a person to the place."""

"""Personal data in what was said: found, located in time, and hidden from those who need not see it.

`finder.find` reads one text, `turns.find_in_call` a transcript; `masking` says what each kind is shown as, `viewers` to
whom. Nothing is imported here, so that who asks for a `viewers.Viewer` does not wait for characters to be read.
"""

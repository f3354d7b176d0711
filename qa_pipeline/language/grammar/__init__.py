"""The grammar of spoken facts, one kind of value a module; `qa_pipeline.language.values` puts them together.

Each module has ``read_*`` functions from a text (simplified, numbers mended) to `Reading`, in any order and perhaps
overlapping: which of them stands is settled where they are put together.
"""

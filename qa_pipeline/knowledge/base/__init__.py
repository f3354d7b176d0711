"""A knowledge base that is kept current: what changes in it, which facts its texts state, what is wrong with it."""

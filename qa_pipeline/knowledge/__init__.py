"""The knowledge base: which entry a question is about, and which facts were said of it. Import the module you need."""

"""What calls show of the knowledge base, for the people who keep it: what it lacks, and where it may be wrong."""

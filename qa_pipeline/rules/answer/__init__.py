"""Answer rules (解答正确): what was asked, what was answered, and whether the knowledge base says so."""

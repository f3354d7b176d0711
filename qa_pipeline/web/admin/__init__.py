"""The administrator's pages: accounts, and the record of looks and changes."""

"""Text shared by recognition, rules and knowledge: script, sound and numbers. Import the module you need."""

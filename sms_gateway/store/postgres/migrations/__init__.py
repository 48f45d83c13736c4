"""The schema of the store, one numbered step per file."""

"""The pages, one per file; each lists its routes."""

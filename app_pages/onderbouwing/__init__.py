"""The page on evidence and sources."""

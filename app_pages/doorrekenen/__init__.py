"""The page Doorrekenen: one scenario beside its baseline."""

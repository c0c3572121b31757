"""Sweeps: many combinations of settings, resumable, also on a cluster."""

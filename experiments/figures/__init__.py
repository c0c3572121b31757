"""Figures of the user's own: a file as people have it, read or refused by name, and the one table they are kept in."""

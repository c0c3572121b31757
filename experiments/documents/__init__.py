"""Pages of `docs/` that are made from what the program knows: written by `doorstroom docs`, compared by tests."""

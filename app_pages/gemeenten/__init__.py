"""The page on municipalities and provinces."""

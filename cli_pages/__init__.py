"""The commands of `doorstroom`: one file per command reads what was typed, asks `experiments`, says the answer."""

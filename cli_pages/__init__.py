"""The commands of `doorstroom`: each file reads what was typed, asks `experiments` and says the answer.

A new command is one file here and one line at the end of `command`.
"""

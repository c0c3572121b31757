"""One file per institution: what it knows, what it does, to whom it hands over.

Stages do not import each other. They meet in the register: a stage puts a household in the
line of the next institution, or writes it in a log that another reads in its own turn.
"""

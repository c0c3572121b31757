"""The Dutch asylum chain: world, institutions, facts and outcomes.

Read ``chain.py`` first: it tells who follows whom. Each file in ``stages/`` is one
institution. ``data/`` holds every number with its source.
"""

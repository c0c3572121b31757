"""Scenario files: reading, checking, writing, and those that come with the program."""

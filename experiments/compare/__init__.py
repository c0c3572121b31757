"""Scenarios beside each other: differences on the same worlds, why they differ, the same family followed twice."""

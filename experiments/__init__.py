"""Experiments: scenarios run, replications paired and counted, results written and held against what was published."""

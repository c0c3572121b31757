"""Experiments: scenarios run, replications paired and counted, results written and held against what was published."""

#: What a worker process loads before its first task; a name, so that who hands out work need not load it.
WORKER_MODULE = "experiments.worker"

"""Building blocks of a discrete-event simulation that know no asylum word.

Clock and calendar, dated schedules, keyed luck, agendas, queues, compiled kernels, snapshots, a
replication runner and statistics. Left out: everything that has a meaning in the asylum chain;
that lives in ``models``.
"""

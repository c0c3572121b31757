"""What queueing theory says about one line before one group of workers.

Words: `load` is the work that arrives per unit of time (arrival rate times mean service time, in erlang),
`workers` the number of workers, both without dimension. Waits are means in the unit of the service time, until
service starts. Sources: A.K. Erlang (1917); F. Pollaczek (1930) and A. Khinchine (1932), as in any textbook.
"""


def erlang_b(workers: int, load: float) -> float:
    """Chance that an arrival finds all workers busy when nobody waits (the usual stable recursion)."""
    blocked = 1.0
    for number in range(1, workers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(workers: int, load: float) -> float:
    """Chance that an arrival has to wait in M/M/c.

    Raises ValueError when the load is not smaller than the number of workers: then the line has no end.
    """
    if not 0.0 <= load < workers:
        raise ValueError(f"load {load} must be at least 0 and below the number of workers, {workers}")
    blocked = erlang_b(workers, load)
    return blocked / (1.0 - load / workers * (1.0 - blocked))


def mmc_mean_wait(workers: int, load: float, mean_service: float) -> float:
    """Mean wait in M/M/c."""
    return erlang_c(workers, load) * mean_service / (workers - load)


def mg1_mean_wait(load: float, mean_service: float, squared_variation: float) -> float:
    """Mean wait in M/G/1 (Pollaczek-Khinchine); `squared_variation` is variance over squared mean of the service."""
    if not 0.0 <= load < 1.0:
        raise ValueError(f"load {load} must be at least 0 and below 1")
    return load * mean_service * (1.0 + squared_variation) / (2.0 * (1.0 - load))


def md1_mean_wait(load: float, service: float) -> float:
    """Mean wait in M/D/1: half of that in M/M/1."""
    return mg1_mean_wait(load, service, 0.0)

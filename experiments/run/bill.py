"""What is asked for in simulated days, estimated before anything starts, and how many may be asked for at once."""

from sim.errors import Allowed, Term, WrongInput

#: An act is one simulated day of one replication; a run counts as at least SHORTEST_ACTS, for its start.
MOST_ACTS = 20_000_000
SHORTEST_ACTS = 90


def acts(first_day: int, until_day: int) -> int:
    """The work of one replication from a day until another."""
    return max(until_day - first_day, SHORTEST_ACTS)


def check_bill(runs: int, total: int, file: str | None = None) -> None:
    """Refuse what would take hours beyond reason: so many runs, of so many acts in all. Raises WrongInput."""
    if total > MOST_ACTS:
        days, most = (Term("simulated_days", count=count) for count in (total, MOST_ACTS))
        raise WrongInput("too_much_work", file=file, count=runs, days=days, allowed=Allowed("less_work", days=most))

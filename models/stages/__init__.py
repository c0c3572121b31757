"""One file per institution: what it knows, what it does, to whom it hands over.

Stages do not import each other. They meet in the register: a stage puts a household in the
line of the next institution, or writes it in a log that another reads in its own turn. What one
is told about another on the way is handed over by the chain, which is the only one that knows them all.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from models.parameters import Parameters
from models.register import Register
from models.world import World
from sim.records import Kept


class Stage(Protocol):
    """What every institution is: made of the same four things; ``state`` is what a snapshot must hold."""

    state: dict[str, Kept]

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None: ...


Kind = TypeVar("Kind", bound=Stage)


class Stages:
    """The institutions of one run, by their class: ``stages[Homes]``."""

    def __init__(
        self, kinds: Iterable[type[Stage]], parameters: Parameters, world: World, register: Register, horizon: int
    ) -> None:
        self._of = {kind: kind(parameters, world, register, horizon) for kind in kinds}

    def __getitem__(self, kind: type[Kind]) -> Kind:
        return self._of[kind]  # type: ignore[return-value]  # looked up at each act: no call for the types

    def state(self) -> Iterator[tuple[str, Kept]]:
        """Give what every institution keeps, each under the name of its file."""
        for kind, stage in self._of.items():
            for name, kept in stage.state.items():
                yield f"{kind.__module__.rpartition('.')[2]}.{name}", kept

"""Whether the answer of a comparison survives when the chain works otherwise: the same comparison per variant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from experiments.compare.compare import Comparison, compare
from experiments.compare.difference import Difference, direction_of
from experiments.run.task import RunPlan
from experiments.run.variants import variants
from experiments.scenario.scenario import Scenario

Survival = Literal["survives", "depends", "turns", "open"]


@dataclass(frozen=True)
class UnderVariants:
    """A comparison as the model stands, and the same under every variant, by name."""

    usual: Comparison
    others: dict[str, Comparison]

    def rows(self, outcome: str, pair: tuple[int, int]) -> dict[str, Difference]:
        """One difference under each variant, by name; the usual one under an empty name."""
        return {name: one.difference(outcome, pair) for name, one in {"": self.usual, **self.others}.items()}

    def to_json(self) -> list[dict[str, Any]]:
        """Per pair and headline outcome what comes of it under each variant; plain values."""
        return [
            {
                "a": self.usual.scenarios[pair[0]].name,
                "b": self.usual.scenarios[pair[1]].name,
                "outcome": outcome,
                "survival": survival(self.rows(outcome, pair)),
                "under": [{"variant": name} | row.row() for name, row in self.rows(outcome, pair).items()],
            }
            for pair in self.usual.pairs
            for outcome in self.usual.headlines
        ]


def survival(rows: dict[str, Difference]) -> Survival:
    """Whether a difference holds under every variant.

    survives: clear, and clear in the same direction under all; turns: clear the other way under some; depends: not
    clear under some; open: not clear as the model stands, so that there is no answer to survive.
    """
    ways = {name: direction_of(row.band) for name, row in rows.items()}
    usual = ways.pop("")
    if usual not in ("higher", "lower"):
        return "open"
    other = {"higher": "lower", "lower": "higher"}[usual]
    if other in ways.values():
        return "turns"
    return "survives" if set(ways.values()) <= {usual} else "depends"


def compare_under_variants(
    scenarios: Sequence[Scenario], plan: RunPlan, usual: Comparison,
    on_progress: Callable[[int, int], None] | None = None,
) -> UnderVariants:  # fmt: skip
    """Run a comparison again under every variant, on the same worlds. Raises WrongInput where values clash."""
    names, others = variants(), {}
    for place, name in enumerate(names):

        def told(done: int, wanted: int, before: int = place) -> None:
            if on_progress is not None:
                on_progress(before * wanted + done, len(names) * wanted)

        others[name] = compare(
            scenarios, replace(plan, variant=name, replications=usual.count), headline=usual.headline,
            marked=usual.headlines, on_progress=told,
        )  # fmt: skip
        if others[name].runs[0].interrupted:
            break
    return UnderVariants(usual, others)

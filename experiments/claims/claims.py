"""The claims of the documents about the clog of 2021, each with the rule by which the model judges it.

They stand in `experiments/data/claims.yaml`, where the first lines say how an entry is written. What is read here
becomes a `Claim`; a mistake in the file is a ValueError that names the claim and the key.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from experiments import FOLDER
from experiments.claims.claim import (
    DECISIONS,
    Assumption,
    Claim,
    Condition,
    Crowded,
    End,
    Future,
    Look,
    Part,
    Reading,
    combination,
)
from experiments.claims.figures import COMPUTED
from experiments.scenario.plain_yaml import read_plain_yaml

T = TypeVar("T")
Entry = Mapping[str, Any]
Instead = tuple[tuple[str, tuple[str, ...]], ...]

CLAIMS_FILE = FOLDER / "data" / "claims.yaml"


@contextmanager
def _mistakes_in(place: str) -> Iterator[None]:
    """Says where in the file a mistake stands."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{place}: {error}") from error


def _only(entry: Entry, *keys: str) -> None:
    """Refuse what nobody would read."""
    if unknown := entry.keys() - set(keys):
        raise ValueError(f"unknown {', '.join(sorted(unknown))}; known are {', '.join(keys)}")


def _known(table: Mapping[str, T], name: str) -> T:
    """What stands under a name of a table."""
    if name not in table:
        raise ValueError(f"unknown name {name!r}; known are {', '.join(table)}")
    return table[name]


def _figure(said: Any) -> Any:
    """A figure or text as it stands, or what is computed under a name."""
    if not isinstance(said, Mapping):
        return said
    _only(said, "use")
    return _known(COMPUTED, said["use"])


def _setting(text: str) -> str:
    """A setting with what is computed filled in."""
    try:
        return text.format_map(COMPUTED)
    except KeyError as error:
        raise ValueError(f"unknown name {error} in {text!r}; known are {', '.join(COMPUTED)}") from error


def _days(said: str) -> tuple[str, str]:
    """The days [from, until) of `from..until`."""
    first, until = said.split("..")
    return first, until


@dataclass(frozen=True)
class _Split:
    """Causes of which some are taken away, in every combination."""

    away: Mapping[str, tuple[str, ...]]
    prefix: str
    fewer: bool
    measure: str
    days: tuple[str, str]

    def futures(self) -> Iterator[Future]:
        """One for each combination but that of none, which is the base itself."""
        factors = tuple(self.away)
        for number in range(1, 2 ** len(factors)):
            gone = [factor for index, factor in enumerate(factors) if number >> index & 1]
            settings = tuple(text for factor in gone for text in self.away[factor])
            yield Future(combination(factors, number, self.prefix), settings, without=tuple(gone))

    def part(self, key: str, factor: str, against: str, measure: str) -> Part:
        """What one of the causes contributes to a measure, less what another does."""
        for name in (factor, against or factor):
            _known(self.away, name)
        return Part(
            key, measure or self.measure, against, factor, *self.days, fewer=self.fewer,
            factors=tuple(self.away), factor=factor, against=against, prefix=self.prefix,
        )  # fmt: skip


@dataclass
class _File:
    """What the claims of a file share: settings under a name, and splits."""

    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    splits: dict[str, _Split] = field(default_factory=dict)

    def read(self, content: Entry) -> dict[str, Claim]:
        """Every claim under its name, in order."""
        _only(content, "shared", "away", "splits", "claims")
        for name, said in content.get("shared", {}).items():
            with _mistakes_in(f"shared, {name}"):
                self.shared[name] = self.settings(said)
        for name, said in content.get("splits", {}).items():
            with _mistakes_in(f"splits, {name}"):
                self.splits[name] = self._split(said, content.get("away", {}))
        claims = {}
        for name, said in content["claims"].items():
            with _mistakes_in(f"claim {name}"):
                claims[name] = self._claim(name, said)
        return claims

    def settings(self, said: list[str]) -> tuple[str, ...]:
        """Settings; a word without `=` is the name of some that claims share."""
        parts = ((_setting(one),) if "=" in one else _known(self.shared, one) for one in said)
        return tuple(text for part in parts for text in part)

    def _split(self, said: Entry, away: Entry) -> _Split:
        _only(said, "causes", "prefix", "fewer", "measure", "days")
        taken = {cause: self.settings(_known(away, cause)) for cause in said["causes"]}
        prefix, fewer = said.get("prefix", ""), said.get("fewer", False)
        return _Split(taken, prefix, fewer, said["measure"], _days(said["days"]))

    def _claim(self, name: str, said: Entry) -> Claim:
        _only(said, "document", "page", "futures", "splits", "looks", "conditions", "weighed_by", "decide",
              "variations", "figures", "readings")  # fmt: skip

        def each(key: str, read: Callable[[str, Any], T]) -> tuple[T, ...]:
            found = []
            for item, entry in said.get(key, {}).items():
                with _mistakes_in(f"{key}.{item}"):
                    found.append(read(item, entry))
            return tuple(found)

        with _mistakes_in("splits"):
            splits = [_known(self.splits, split) for split in said.get("splits", [])]
        futures = each("futures", self._future)
        # what only tells more is not tried under the ends of a variation
        tried = (*futures, *(future for split in splits if not split.fewer for future in split.futures()))
        with _mistakes_in("decide"):
            decide = _decision(said)
        return Claim(
            name=name,
            document=said["document"],
            page=said["page"],
            futures=(*futures, *(future for split in splits for future in split.futures())),
            looks=each("looks", self._look),
            conditions=each("conditions", _condition),
            weighed_by=said["weighed_by"],
            variations=each("variations", lambda name, entry: self._variation(name, entry, tried)),
            decide=decide,
            figures=each("figures", lambda key, figure: (key, _figure(figure))),
            readings=each("readings", _reading),
        )

    def _future(self, name: str, said: Any) -> Future:
        if isinstance(said, list):
            return Future(name, self.settings(said))
        _only(said, "base", "settings")
        return Future(name, self.settings(said.get("settings", [])), said["base"])

    def _look(self, key: str, said: Entry) -> Look:
        if "split" in said:
            _only(said, "split", "cause", "against", "measure")
            return _known(self.splits, said["split"]).part(
                key, said["cause"], said.get("against", ""), said.get("measure", "")
            )
        if "places_of" in said:
            _only(said, "measure", "b", "days", "places_of")
            return Crowded(key, said["measure"], "", said["b"], *_days(said["days"]), places_of=said["places_of"])
        _only(said, "measure", "a", "a_days", "a_measure", "b", "days", "fewer")
        a_days = _days(said["a_days"]) if "a_days" in said else ("", "")
        return Look(key, said["measure"], said.get("a", ""), said["b"], *_days(said["days"]), *a_days,
                    a_measure=said.get("a_measure", ""), fewer=said.get("fewer", False))  # fmt: skip

    def _variation(self, name: str, said: Any, futures: tuple[Future, ...]) -> Assumption:
        _only(said, "low", "high")
        low, high = (
            self._end(end, futures) if isinstance(end, Mapping) else End(end, (f"{name}={end:g}",))
            for end in (said["low"], said["high"])
        )
        return Assumption(name, low, high)

    def _end(self, said: Entry, futures: tuple[Future, ...]) -> End:
        _only(said, "value", "instead", "swap", "homes", "measures")
        instead = tuple((name, self.settings(texts)) for name, texts in said.get("instead", {}).items())
        if "swap" in said:
            instead += _swapped(_setting(said["swap"]), futures)
        if "homes" in said:
            instead += self._other_homes(self.settings(said["homes"]), futures)
        return End(_figure(said.get("value")), instead=instead, measures=tuple(said.get("measures", {}).items()))

    def _other_homes(self, homes: tuple[str, ...], futures: tuple[Future, ...]) -> Instead:
        """Other homes in every future that has enough of them."""
        enough = set(self.shared["enough_homes"])
        return tuple(
            (future.name, (*(text for text in future.settings if text not in enough), *homes))
            for future in futures
            if enough <= set(future.settings)
        )


def _swapped(setting: str, futures: tuple[Future, ...]) -> Instead:
    """Another value of a lever, in its place, in every future that sets it."""
    lever = setting[: setting.index("=") + 1]
    return tuple(
        (future.name, tuple(setting if text.startswith(lever) else text for text in future.settings))
        for future in futures
        if any(text.startswith(lever) for text in future.settings)
    )


def _condition(look: str, said: Entry) -> Condition:
    """A line; it has one kind, `at_least` or `at_most`."""
    _only(said, "at_least", "at_most", "relative", "needed")
    if len(said.keys() & {"at_least", "at_most"}) != 1:
        raise ValueError("one of at_least and at_most")
    kind: Literal["at_least", "at_most"] = "at_least" if "at_least" in said else "at_most"
    return Condition(look, kind, said[kind], said.get("relative", False), said.get("needed", False))


def _decision(said: Entry) -> Callable[..., Any]:
    """How the verdicts of conditions become one."""
    return _known(DECISIONS, said.get("decide", "all_hold"))


def _reading(name: str, said: Entry) -> Reading:
    """Another sense: conditions of its own."""
    _only(said, "conditions", "decide")
    lines = []
    for look, line in said["conditions"].items():
        with _mistakes_in(f"conditions.{look}"):
            lines.append(_condition(look, line))
    return Reading(name, tuple(lines), _decision(said))


def read_claims(text: str) -> dict[str, Claim]:
    """The claims of a file, by name. Raises ValueError that names the claim and the key; WrongInput for no YAML."""
    content = read_plain_yaml(text, CLAIMS_FILE.name).content
    with _mistakes_in(CLAIMS_FILE.name):
        return _File().read(content)


CLAIMS: dict[str, Claim] = read_claims(CLAIMS_FILE.read_text(encoding="utf-8"))

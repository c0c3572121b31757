"""What a comparison found, as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.compare.compare import Comparison
from experiments.compare.difference import INTERVAL_LEVEL, Difference
from experiments.language.catalogue import Texts, catalogue
from experiments.language.formatting import amount_text, bound_text, day_text, figures_text, level_text, listed
from experiments.language.labels import outcome_label, placed_label, size_label
from experiments.language.language import Language
from experiments.report.exports import LETTERS
from experiments.run.result import BAND_LEVEL, RunResult
from models.sources import full_persons
from sim.statistics import Band

#: The outcomes that the sentences and the first table are about; whether reception runs full comes by itself.
KEY_OUTCOMES = (
    "permit_holders_under_coa_mean",
    "persons_in_reception_mean",
    "ran_full",
    "person_days_without_place",
    "weeks_to_home_median",
    "realised",
    "behind_end",
    "pending_decisions_end",
    "cost_public",
)
GAINS_BY_SIZE = ("persons_housed", "weeks_to_home_median", "persons_waiting_end")
GAINS_BY_PROVINCE = ("permit_holders_in_beds_end", "realised", "behind_end")


@dataclass(frozen=True)
class Findings:
    """A heading and the sentences under it."""

    heading: str
    sentences: tuple[str, ...]


def findings(result: Comparison | RunResult, language: Language = "nl") -> list[Findings]:
    """What the numbers say, as sentences: per scenario against the first, or for the one run."""
    say = catalogue("report", language)
    if isinstance(result, RunResult):
        sentences = [_full_sentence(result, "", say)]
        sentences += [_mean_sentence(result, name, say) for name in KEY_OUTCOMES if name != "ran_full"]
        return [Findings(say("findings"), tuple(sentences))]
    return [_pair_findings(result, other, say) for other in range(1, len(result.runs))]


def gains(result: Comparison, other: int, language: Language = "nl") -> Findings:
    """Who gains and who waits in one scenario against the first, by size of household and by province."""
    say = catalogue("report", language)
    found = of_pair(result, result.sizes(), other)
    sentences = []
    for size in dict.fromkeys(row.size for row in found):
        rows = [row for row in found if row.size == size and row.measure in GAINS_BY_SIZE]
        better, worse = (
            listed([_gain_words(row, say) for row in rows if better_side(row) == side], language) for side in (1, -1)
        )
        which = ("mixed" if worse else "gain") if better else "lose" if worse else "none"
        sentences.append(say(f"size_{which}", size=size_label(size, language), better=better, worse=worse))
    placed = of_pair(result, result.provinces(), other)
    sentences += [
        _province_sentence(measure, [row for row in placed if row.measure == measure], say)
        for measure in GAINS_BY_PROVINCE
    ]
    return Findings(say("gains_of", a=LETTERS[0], b=LETTERS[other]), tuple(sentences))


def _pair_findings(result: Comparison, other: int, say: Texts) -> Findings:
    a, b = LETTERS[0], LETTERS[other]
    names = list(KEY_OUTCOMES)
    if result.headline not in names:
        names.insert(0, result.headline)
    rows = [result.difference(name, (0, other)) for name in names]
    sides = [better_side(row) for row in rows]
    counts = {"better": sides.count(1), "worse": sides.count(-1)}
    if all(row.verdict == "equal" for row in rows):
        sentences = [say("nothing_differs", a=a, b=b)]
    else:
        open_count = len(rows) - sum(counts.values())
        sentences = [say("score", a=a, b=b, total=len(rows), open=open_count, **counts)]
        sentences += [_difference_sentence(row, a, b, say) for row in rows]
    for letter, run in ((a, result.runs[0]), (b, result.runs[other])):
        sentences.append(_full_sentence(run, letter, say))
    return Findings(say("against", a=a, b=b), tuple(sentences))


def better_side(row: Difference) -> int:
    """1 where the second is clearly better, -1 where it is clearly worse, 0 otherwise."""
    return {"better": 1, "worse": -1}.get(row.verdict, 0)


def _difference_sentence(row: Difference, a: str, b: str, say: Texts) -> str:
    label, interval = outcome_label(row.measure, say.language), row.band
    level = level_text(INTERVAL_LEVEL, say.language)
    if interval.count == 0 or np.isnan(interval.mean):
        return say("unknown", label=label)
    if row.verdict == "equal":
        return say("equal", label=label)
    ends = () if np.isnan(interval.low) else (interval.low, interval.high)
    signed = _signed_amount(interval.mean, row.unit, say.language, ends)
    if not ends:
        return say("no_interval", label=label, amount=signed)
    if not row.clear:
        _, low, high = spread_text(interval, row.unit, say, signed=True)
        return say("unclear", label=label, a=a, b=b, amount=signed, level=level, low=low, high=high)
    verdict = {1: say("is_better"), -1: say("is_worse"), 0: ""}[better_side(row)]
    return say("clear", label=label, a=a, b=b, level=level, verdict=verdict, **clear_words(row, say))


def clear_words(row: Difference, say: Texts) -> dict[str, str]:
    """How much, which way, and both ends without a sign, the smaller first."""
    ends = sorted((abs(row.band.low), abs(row.band.high)))
    size = abs(row.band.mean)
    _, low, high = figures_text([size, *ends], row.unit, say.language)
    amount = amount_text(size, row.unit, say.language, difference=True, beside=ends)
    side = say("higher" if row.band.mean > 0.0 else "lower")
    return {"amount": amount, "side": side, "low": low, "high": high}


def _signed_amount(value: float, unit: str, language: Language, beside: Sequence[float] = ()) -> str:
    sign = "+" if value > 0.0 else "−" if value < 0.0 else ""
    return sign + amount_text(abs(value), unit, language, difference=True, beside=beside)


def spread_text(found: Band, unit: str, say: Texts, *, signed: bool = False) -> list[str]:
    """Mean, low and high of a band or an interval, with the same decimals."""
    return figures_text([found.mean, found.low, found.high], unit, say.language, signed=signed)


def _full_sentence(run: RunResult, letter: str, say: Texts) -> str:
    """The odds and the date of reception running full."""
    days = run.outcome("days_until_full")[run.outcome("ran_full") > 0.0]
    count = len(run.replications)
    where = say("in_scenario", name=letter) if letter else ""
    if not days.size:
        return say("full_never", where=where, n=count)
    low, middle, high = (
        day_text(run.from_day + round(float(np.quantile(days, share))), say.language)
        for share in ((1 - BAND_LEVEL) / 2, 0.5, (1 + BAND_LEVEL) / 2)
    )
    share = amount_text(days.size / count, "share", say.language)
    times = say("full_all" if days.size == count else "full_some", where=where, times=days.size, n=count, share=share)
    if low == high:
        return say("full_on", times=times, middle=middle)
    level = level_text(BAND_LEVEL, say.language)
    return say("full_when", times=times, middle=middle, low=low, high=high, level=level, crowd=full_persons())


def _mean_sentence(run: RunResult, name: str, say: Texts) -> str:
    values, unit = run.outcome_band(name), run.replications[0].units[name]
    label = outcome_label(name, say.language)
    if values.count == 0:
        return say("unknown", label=label)
    words = mean_words(values, unit, say)
    words["amount"] = bound_text(words["amount"], run.at_least(name), say.language)
    return say("mean_band", label=label, level=level_text(BAND_LEVEL, say.language), **words)


def mean_words(values: Band, unit: str, say: Texts) -> dict[str, str]:
    """A mean with its unit, and both ends of its band."""
    _, low, high = spread_text(values, unit, say)
    size = amount_text(abs(values.mean), unit, say.language, beside=(values.low, values.high))
    return {"amount": f"{'−' if values.mean < 0.0 else ''}{size}", "low": low, "high": high}


def _gain_words(row: Difference, say: Texts) -> str:
    label = placed_label(row.measure, say.language)
    mean, low, high = spread_text(row.band, row.unit, say, signed=True)
    return f"{label[:1].lower()}{label[1:]} {mean} ({say('to', low=low, high=high)})"


def _province_sentence(measure: str, rows: Sequence[Difference], say: Texts) -> str:
    told = []
    for side, words in ((1, "better_in"), (-1, "worse_in")):
        here = [row for row in rows if better_side(row) == side]
        if here:
            most = max(here, key=lambda row: abs(row.band.mean))
            amount = _signed_amount(most.band.mean, most.unit, say.language)
            told.append(say(words, count=len(here), total=len(rows), place=most.place, amount=amount))
    words = "; ".join(told) if told else say("nowhere")
    return f"{placed_label(measure, say.language)}: {words}."


def of_pair(result: Comparison, rows: Sequence[Difference], other: int) -> Sequence[Difference]:
    """The rows of the pair of the first scenario and another; rows come pair after pair."""
    each = len(rows) // len(result.pairs)
    start = result.pairs.index((0, other)) * each
    return rows[start : start + each]

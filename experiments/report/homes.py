"""Who got the homes: permit holders and other seekers by group; one table for every page that shows homes."""

from collections.abc import Sequence

from experiments.language.catalogue import Texts, catalogue
from experiments.language.formatting import number_text, signed_text
from experiments.language.language import NOTHING, Language
from experiments.report.page import Cells
from experiments.report.pictures import difference
from experiments.run.result import RunResult

#: Who gets homes, below everybody together: permit holders, all others, and each of their groups.
GROUPS = ("permit_holders", "others", "regular", "urgent", "homeless", "student", "migrant_worker")


def homes_sentence(run: RunResult, language: Language) -> str:
    """How many homes somebody got in a run, and what that means for others than permit holders."""
    names = ("homes_let", "homes_got_permit_holders", "homes_forgone_others", "homes_got_others", "homes_to_others")
    got, holders, forgone, others, vacated = (run.outcome_band(name).mean for name in names)
    figures = {"got": got, "holders": holders, "forgone": forgone, "projects": others - vacated}
    told = {key: number_text(value, 0, language) for key, value in figures.items()}
    return catalogue("homes", language)("says", **told)


def homes_table(runs: Sequence[RunResult], names: Sequence[str], language: Language, style: str = "number") -> Cells:
    """What each group got and went without in every run, and of later runs the difference from the first in pairs."""
    say = catalogue("homes", language)
    heads = [say("who")]
    for place, name in enumerate(names):
        parts = ("got", "forgone", "difference") if place else ("got", "forgone")
        heads += [f"{name}: {say(part)}" if len(runs) > 1 else say(part) for part in parts]
    rows = [_row(say("everybody"), "homes_let", "", runs, say)]
    rows += [_row(say(group), f"homes_got_{group}", f"homes_forgone_{group}", runs, say) for group in GROUPS]
    return Cells(say("caption"), heads, rows, ["", *[style] * (len(heads) - 1)])


def _row(label: str, got: str, forgone: str, runs: Sequence[RunResult], say: Texts) -> list[str]:
    """One group; permit holders and everybody together go without nothing that is counted."""
    cells = [label]
    for place, run in enumerate(runs):
        cells.append(number_text(run.outcome_band(got).mean, 0, say.language))
        known = forgone in run.outcome_names()
        cells.append(number_text(run.outcome_band(forgone).mean, 0, say.language) if known else NOTHING)
        if place:
            apart = difference(run.shown(got), runs[0].shown(got), run.shared_draws)
            ends = [signed_text(end, 0, say.language) for end in (apart.mean, apart.low, apart.high)]
            cells.append(say("apart", mean=ends[0], low=ends[1], high=ends[2]))
    return cells

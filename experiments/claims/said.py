"""The words of claims and verdicts, from the catalogue of claims: kept verdicts hold no sentence."""

from collections.abc import Iterable, Mapping
from typing import Any

from experiments import read_csv
from experiments.claims.assumptions import PERIOD
from experiments.claims.claim import Claim, Future, Look, Part
from experiments.history.screening import rows_in_force
from experiments.language.catalogue import Texts, catalogue
from experiments.language.formatting import (
    difference_unit_text,
    exact_text,
    figures_text,
    listed,
    number_text,
    rounded_text,
)
from experiments.language.labels import parameter_label, status_text, unit_text
from experiments.language.language import Language

#: What every claim has a text of: what it says in one sentence, where, what the document says there, in which sense
#: that is judged, and what to mind.
PARTS = ("sentence", "section", "said", "sense", "caution")


def future_title(claim: Claim, future: Future, texts: Texts) -> str:
    """What a future of a claim is called: by the causes taken away, of this claim, or as other claims call it."""
    if future.without:
        return ", ".join(texts(f"without.{cause}") for cause in future.without)
    own = f"{claim.name}.futures.{future.name}"
    return texts(own if texts.has(own) else f"futures.{future.name}")


def variation_text(claim: Claim, variation: str, part: str, texts: Texts) -> str:
    """The `label` of a variation, or its `low` or `high` end where that is not a number."""
    own = f"{claim.name}.variations.{variation}.{part}"
    return texts(own if texts.has(own) else f"variations.{variation}.{part}")


def _figure(value: float | str, language: Language) -> str:
    return value if isinstance(value, str) else number_text(value, 0, language)


def _looks(claim: Claim) -> dict[str, Look]:
    return {look.key: look for look in claim.looks}


def _worded_evidence(claim: Claim, rows: Iterable[Mapping[str, Any]], texts: Texts) -> list[dict[str, Any]]:
    """Rows of evidence in words, but for those of older rules: what the claim no longer has, or has otherwise."""
    looks = _looks(claim)
    now = {key: (one.measure, one.a or None, one.b, one.from_date, one.until_date) for key, one in looks.items()}
    said = ("outcome", "a", "b", "from", "until")
    return [_worded_look(claim, row, texts) for row in rows if now.get(row["look"]) == tuple(row[key] for key in said)]


def _worded_look(claim: Claim, row: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    """A row of evidence with its label and the titles of its futures; the parts of a split have none of their own."""
    look = _looks(claim)[row["look"]]
    known = {} if isinstance(look, Part) else {future.name: future for future in claim.futures}
    titles = {
        f"title_{side}": future_title(claim, known[name], texts) if name in known else None
        for side, name in (("a", look.a), ("b", look.b))
    }
    return dict(row) | {"label": texts(f"{claim.name}.looks.{look.key}")} | titles


def _worded_variation(claim: Claim, row: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    name = row["parameter"]
    ends = {end: variation_text(claim, name, end, texts) for end in ("low", "high") if row[end] is None}
    return dict(row) | {"label": variation_text(claim, name, "label", texts)} | ends


def _worded_assumption(row: Mapping[str, Any], language: Language) -> dict[str, Any] | None:
    """A row of what all claims are tried under, in words; None where the model has no such parameter (any more)."""
    path = row["parameter"]
    known = rows_in_force(PERIOD).get(path)
    if known is None or "verdict" not in row:
        return None
    fitted = next((one for one in read_csv("fitted_parameters") if one["parameter"] == path), None)
    unit = fitted["unit" if language == "nl" else "unit_en"] if fitted else unit_text("times_the_start", language)
    ends = {f"told_{end}": f"{exact_text(row[end], language)} {unit}" for end in ("low", "high")}
    founded = fitted or known
    return dict(row) | ends | {
        "label": fitted["label_nl" if language == "nl" else "label_en"] if fitted else parameter_label(path, language),
        "source": founded["source"],
        "status": status_text(founded["status"], language),
    }  # fmt: skip


def _stands(verdict: str, tried: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Under how many ends a verdict stays what it is, and under which it becomes another.

    opened: ends under which nothing is decided that is so on the same replications with nothing turned; untold: under
    how many that is not so there either, for want of replications.
    """
    ends = [(row, end) for row in tried for end in ("low", "high")]
    others = [
        {"label": row["label"], "value": row[f"told_{end}"], "verdict": row[f"verdict_{end}"]}
        for row, end in ends
        if row[f"verdict_{end}"] not in (verdict, "open")
    ]
    opened = [
        {"label": row["label"], "value": row[f"told_{end}"], "verdict": "open"}
        for row, end in ends
        if row[f"verdict_{end}"] == "open" and "open" not in (verdict, row["verdict"])
    ]
    kept = sum(row[f"verdict_{end}"] == verdict for row, end in ends)
    untold = len(ends) - kept - len(others) - len(opened)
    return {"ends": len(ends), "kept": kept, "others": others, "opened": opened, "untold": untold}


def _worded_claim(claim: Claim, row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    texts = catalogue("claims", language)
    figures = {name: _figure(value, language) for name, value in claim.figures}
    evidence = _worded_evidence(claim, row["evidence"], texts)
    decided = row["deciding"] in {found["look"] for found in evidence}
    ends = {one.name: (one.low.value is None, one.high.value is None) for one in claim.variations}
    varied = [
        _worded_variation(claim, one, texts)
        for one in row.get("varied", ())
        if decided and ends.get(one["parameter"]) == (one["low"] is None, one["high"] is None)
    ]
    found = [_worded_assumption(one, language) for one in row["tried"]] if decided else []
    tried = [one for one in found if one is not None]
    first = row["hangs_on"] and row["hangs_on"]["parameter"]
    senses = {reading.name for reading in claim.readings}
    return (
        dict(row)
        | {part: texts(f"{claim.name}.{part}") for part in PARTS}
        | {
            "document": texts(f"documents.{claim.document}"),
            "page": claim.page,
            "rule": texts(f"{claim.name}.rule", **figures),
            "evidence": evidence,
            "tried": tried,
            "varied": varied,
            "stands": _stands(row["verdict"], tried),
            "hangs_on": next((one for one in tried if one["parameter"] == first), None),
            "readings": [
                dict(read)
                | {
                    "label": texts(f"{claim.name}.readings.{read['name']}"),
                    "evidence": _worded_evidence(claim, read["evidence"], texts),
                }
                for read in row.get("readings", ())
                if read["name"] in senses
                and len(_worded_evidence(claim, read["evidence"], texts)) == len(read["evidence"])
            ],
        }
    )


def worded(document: Mapping[str, Any], claims: Mapping[str, Claim], language: Language) -> dict[str, Any]:
    """Kept verdicts with every sentence, label and title in a language. Raises KeyError for an unknown claim."""
    rows = [_worded_claim(claims[row["name"]], row, language) for row in document["claims"]]
    return dict(document) | {"language": language, "claims": rows}


def verdict_word(verdict: str, language: Language) -> str:
    """A verdict in one or two words."""
    return catalogue("verdicts", language)(verdict)


def evidence_words(row: Mapping[str, Any], language: Language) -> str:
    """One sentence about one worded row of evidence."""
    texts = catalogue("verdicts", language)
    unit, alone = row["unit"], row["a"] is None
    spread = [row["mean"], row["low"], row["high"]]
    if alone and unit == "share":
        # The interval of a mean share may reach past what a share can be; the rule uses it as it is, words do not.
        spread[1:] = [None if end is None else min(max(end, 0.0), 1.0) for end in spread[1:]]
    percent = texts("percent") if unit == "share" else ""
    words = "" if unit == "share" else f" {unit_text(unit, language)}"
    mean, low, high = figures_text(spread, unit, language, signed=not alone)
    interval = texts("interval", low=f"{low}{percent}", high=f"{high}{percent}")
    if alone:
        return texts("alone", label=row["label"], figure=f"{mean}{percent}{words}", interval=interval)
    first, second = figures_text([row["mean_a"], row["mean_b"]], unit, language)
    values = {
        "label": row["label"],
        "change": f"{mean} {difference_unit_text(unit, language)}",
        "interval": interval,
        "b": f"{second}{percent}{words}",
    }
    title_a, title_b = row["title_a"], row["title_b"]
    if row["a"] == row["b"] or not (title_a and title_b) or title_a == title_b:
        return texts("against", a=f"{first}{percent}", **values)
    return texts("between", a=f"{first}{percent}{words}", title_a=title_a, title_b=title_b, **values)


def end_words(row: Mapping[str, Any], end: str, language: Language) -> str:
    """One end of what was tried, as a reader says it."""
    if told := row.get(f"told_{end}"):
        return str(told)
    return rounded_text(row[end], language) if isinstance(row[end], int | float) else str(row[end])


def stands_words(claim: Mapping[str, Any], language: Language) -> str:
    """Whether the verdict of a worded claim stays what it is under all that it was tried under; empty without that."""
    texts, stands = catalogue("verdicts", language), claim["stands"]
    if not stands["ends"]:
        return ""
    told = [texts("stands", kept=stands["kept"], ends=stands["ends"], verdict=verdict_word(claim["verdict"], language))]
    for name in ("others", "opened"):
        if ends := stands[name]:
            key = "decided" if name == "others" and claim["verdict"] == "open" else name
            told.append(texts(key, ends=listed([texts("end", **one) for one in ends], language)))
    if stands["untold"]:
        told.append(texts("untold", count=stands["untold"]))
    return " ".join(told)


def hangs_on_words(row: Mapping[str, Any] | None, language: Language) -> str:
    """One sentence about the worded assumption that a claim hangs on most."""
    if row is None:
        return rounded_text(None, language)
    ends = {end: end_words(row, end, language) for end in ("low", "high")}
    verdicts = {f"verdict_{end}": verdict_word(row[f"verdict_{end}"], language) for end in ("low", "high")}
    return catalogue("verdicts", language)("hangs_on", label=row["label"], **ends, **verdicts)

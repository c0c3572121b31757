"""Tables of words: cells wrap, so that sentences can be read on a narrow screen too.

Who acts: pages whose tables hold sentences. Who waits: nobody. What leaves: accessible HTML. What is left out:
tables of figures; see `charts.html_table`.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

#: A table with more rows than this scrolls in its own frame.
LONG = 25

_STYLE = """<style>
.ds-words{overflow-x:auto}
.ds-words.long{max-height:34rem;overflow-y:auto}
.ds-words table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;width:100%}
.ds-words caption{text-align:left;padding:.25rem .5rem;opacity:.85}
.ds-words caption span{position:sticky;left:.5rem;display:inline-block;max-width:min(80vw,60rem)}
.ds-words th,.ds-words td{padding:.3rem .6rem;border-bottom:1px solid rgba(128,138,150,.4);text-align:left;
vertical-align:top;font-weight:400;overflow-wrap:break-word;hyphens:auto;min-width:4rem}
.ds-words thead th{font-weight:600}
.ds-words .wide{min-width:14rem}
.ds-words .figure{text-align:right;white-space:nowrap}
.ds-words thead .figure{white-space:normal}
.ds-words .day{white-space:nowrap}
@media(max-width:640px){.ds-words .wide{min-width:9rem}.ds-words th,.ds-words td{padding:.25rem .35rem}}
</style>"""


def text_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    kinds: Sequence[str] = (),
) -> str:
    """The table as HTML; the first column heads its row. kinds: per column '', 'wide', 'figure' or 'day'."""
    marks = [f" class='{kind}'" if kind else "" for kind in (kinds or [""] * len(heads))]
    top = "".join(
        f"<th scope='col'{mark}>{html.escape(head)}</th>" for head, mark in zip(heads, marks, strict=True)
    )  # fmt: skip
    body = "".join(
        "<tr>"
        + "".join(
            f"<th scope='row'{mark}>{html.escape(cell)}</th>" if place == 0 else f"<td{mark}>{html.escape(cell)}</td>"
            for place, (cell, mark) in enumerate(zip(row, marks, strict=True))
        )
        + "</tr>"
        for row in rows
    )
    label = html.escape(caption, quote=True)
    size = "ds-words long" if len(rows) > LONG else "ds-words"
    return (
        f"{_STYLE}<div class='{size}' tabindex='0' role='region' aria-label='{label}'><table>"
        f"<caption><span>{html.escape(caption)}</span></caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str, kinds: Sequence[str] = ()) -> None:
    """Draw the table."""
    st.html(text_table(heads, rows, caption, kinds))

"""Tables on a page: cells wrap, so that sentences fit a narrow screen too, and figures stand to the right."""

from collections.abc import Sequence

import streamlit as st

from experiments.report.page import Cells, table_html

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


def html(table: Cells) -> str:
    """The table as HTML with its style; styles of columns are '', 'wide', 'figure' or 'day'."""
    return _STYLE + table_html(table, "ds-words long" if len(table.rows) > LONG else "ds-words")


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str, kinds: Sequence[str] = ()) -> None:
    """Draw the table; the first column heads its row."""
    st.html(html(Cells(caption, heads, rows, kinds)))

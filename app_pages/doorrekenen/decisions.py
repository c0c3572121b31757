"""The table of dated decisions: filled in, pasted or uploaded; all of it counts, or nothing."""

from collections.abc import Callable

import streamlit as st

from app_pages.doorrekenen import text
from app_pages.shell import settings
from app_pages.shell.folds import fold
from app_pages.shell.lever_field import words_of
from app_pages.shell.settings import chosen_period, put_steps
from app_pages.shell.texts import literal, refusal, visitor_language
from experiments.language.labels import lever_label
from experiments.run.levers import lever_rows
from experiments.scenario.decisions import Step, WrongRows, read_rows, read_steps

#: So much may be typed or pasted; a table of two hundred rows is a tenth of it.
LONGEST_PASTED = 100_000


@st.fragment
def draw() -> None:
    """Draw the table in an expander, once it is opened, with what came of the last attempt above it."""
    if st.session_state.pop("_steps_taken", False):
        st.rerun(scope="app")
    steps = settings.steps()
    title = text("steps") + (f" · {text('steps_count', count=len(steps))}" if steps else "")
    box = fold(title, "_steps_box")
    if not box.open:
        return
    with box:
        st.write(text("steps_intro"))
        wrong = st.session_state.get("_steps_wrong", ())
        if wrong:
            st.error(text("steps_wrong") + "\n\n" + "\n".join(f"- {literal(refusal(one))}" for one in wrong))
        elif st.session_state.pop("_steps_done", False):
            st.success(text("steps_done", count=len(steps)))
        _editor(steps)
        left, right = st.columns(2)
        with left:
            st.text_area(
                text("steps_paste"), key="_steps_text", on_change="ignore", height=120, max_chars=LONGEST_PASTED
            )
            st.button(text("steps_paste_apply"), key="_steps_paste", on_click=_apply_text)
        with right:
            st.file_uploader(text("steps_upload"), type=["csv", "txt"], key="_steps_file")
            st.button(text("steps_upload_apply"), key="_steps_upload", on_click=_apply_file)


def _label(name: str) -> str:
    return lever_label(name, visitor_language())


def _editor(steps: tuple[Step, ...]) -> None:
    import pandas as pd

    rows = {row.name: row for row in lever_rows(chosen_period())}
    labels = [_label(row.name) for row in rows.values() if row.dated]
    frame = pd.DataFrame(
        {
            "date": pd.Series([step.from_date for step in steps], dtype="object"),
            "lever": pd.Series([_label(step.lever) for step in steps], dtype="object"),
            "value": pd.Series([words_of(rows[step.lever], step.value) for step in steps], dtype="object"),
            "until": pd.Series([step.until_date for step in steps], dtype="object"),
            "ramp": pd.Series([str(step.ramp_days or "") for step in steps], dtype="object"),
        }
    )
    edited = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        alt=text("steps"),
        key=f"_steps_editor_{st.session_state.get('_steps_turn', 0)}_{visitor_language()}",
        column_config={
            "date": st.column_config.DateColumn(text("from_date"), format="DD-MM-YYYY"),
            "lever": st.column_config.SelectboxColumn(text("steps_lever"), options=labels),
            "value": st.column_config.TextColumn(text("steps_value")),
            "until": st.column_config.DateColumn(text("until_date"), format="DD-MM-YYYY"),
            "ramp": st.column_config.TextColumn(text("steps_ramp")),
        },
    )
    cells = [["" if _empty(cell) else str(cell) for cell in row] for row in edited.itertuples(index=False)]
    st.button(
        text("steps_apply"), key="_steps_apply", on_click=_apply, args=(lambda: read_rows(cells, chosen_period()),)
    )


def _empty(cell: object) -> bool:
    return cell is None or str(cell) in ("NaT", "None", "nan")


def _apply(read: Callable[[], tuple[Step, ...]]) -> None:
    try:
        found = read()
    except WrongRows as error:
        st.session_state["_steps_wrong"] = error.refusals[:20]
        return
    st.session_state["_steps_wrong"] = ()
    st.session_state["_steps_done"] = st.session_state["_steps_taken"] = True
    st.session_state["_steps_turn"] = st.session_state.get("_steps_turn", 0) + 1
    put_steps(found)


def _apply_text() -> None:
    pasted = st.session_state.get("_steps_text") or ""
    _apply(lambda: read_steps(pasted, chosen_period()))


def _apply_file() -> None:
    file = st.session_state.get("_steps_file")
    if file is not None:
        _apply(lambda: read_steps(file.getvalue(), chosen_period(), file.name))

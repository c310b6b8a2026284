"""What was read of the exports behind the figures, and what was refused: for whoever drops them."""

import streamlit as st

from cooperation.answers.data_quality import ACTIONS, RULES, fate_text, file_accounts
from cooperation.language import T
from cooperation.screen.cards import file_list
from cooperation.screen.figures import show_tools
from cooperation.screen.frame import View
from cooperation.screen.tables import Column

SHOWN_LINES = 100
# Without the line's text: an export may hold names, and a screen may stand in a meeting. The files have it.
REJECT_COLUMNS = (
    Column("file_name", T("File")),
    Column("line_number", T("Line"), "number"),
    Column("column_name", T("Column")),
    Column("value", T("Value")),
    Column("rule", T("Reason"), names=RULES),
)
FLAG_COLUMNS = (
    Column("file_name", T("File")),
    Column("column_name", T("Column")),
    Column("rule", T("Reason"), names=RULES),
    Column("action", T("What happened"), names=ACTIONS),
    Column("cell_count", T("Cells"), "number"),
    Column("first_line_number", T("First line"), "number"),
    Column("first_value", T("First value")),
)


def show_exports(view: View) -> None:
    """Show, folded, the fate of every file, the refused lines and the flagged cells, each with its files."""
    language = view.language
    files = file_accounts(view.evidence.database).to_dict("records")
    with st.expander(language.say(T("The exports behind these figures: files and lines")), key="exports"):
        st.html(file_list({file["file_name"]: language.say(fate_text(file, language)) for file in files}))
    rejects = view.ask("data_quality/rejects")
    show_tools(
        view,
        rejects,
        REJECT_COLUMNS,
        caption=T("The first refused lines; the files hold all of them"),
        label=T("Refused lines: {count}", count=language.number(len(rejects.table))),
        shown=rejects.table.head(SHOWN_LINES),
    )
    flagged = view.ask("data_quality/flagged_cells")
    show_tools(
        view,
        flagged,
        FLAG_COLUMNS,
        caption=T("Cells of accepted lines that were emptied or warned about"),
        label=T(
            "Emptied or doubtful cells: {count}", count=language.number(flagged.table["cell_count"].sum())
        ),
        shown=flagged.table.head(SHOWN_LINES),
    )

"""The line at the foot of a page that says what was read, and leads to the page that shows it."""

from html import escape

import streamlit as st

from cooperation.language import TN, T
from cooperation.screen.choices import page_address
from cooperation.screen.frame import View


def show_exports(view: View) -> None:
    """Show in one line how many lines were read and refused and how many cells are in doubt, with the way there."""
    language = view.language
    totals = view.ask("data_quality/totals").table.iloc[0]
    cells = int(totals["emptied_cell_count"] + totals["warned_cell_count"])
    counts = [
        TN("{count} line read", "{count} lines read", int(totals["lines_read"])),
        TN("{count} refused", "{count} refused", int(totals["rejected"])),
        TN("{count} cell in doubt", "{count} cells in doubt", cells),
    ]
    address = page_address("data_quality", view.filters, language.code)
    st.html(
        f'<p class="exports-line">{escape(language.say(T("The exports behind these figures:")))} '
        f"{escape(language.join(counts))}. "
        f'<a href="{escape(address)}">{escape(language.say(T("See what was read and refused")))}</a></p>'
    )

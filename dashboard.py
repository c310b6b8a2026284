"""The Samenwerkingsmonitor: streamlit run dashboard.py"""

import gc

import streamlit as st
from starlette.middleware import Middleware

from cooperation.language import T
from cooperation.screen.file_server import routes
from cooperation.screen.frame import PageEntry, run_dashboard
from cooperation.screen.own_question import own_questions_can_be_put
from cooperation.screen.server import ServerAddressInPage
from pages import (
    board,
    cooperation_fields,
    data_quality,
    downloads,
    import_exports,
    method,
    mutual_assistance,
    overview,
    own_question,
    response_times,
    shared_costs,
)

PAGES = (
    PageEntry("overview", T("Overview"), overview.render),
    PageEntry("response_times", T("Response times"), response_times.render),
    PageEntry("mutual_assistance", T("Mutual assistance"), mutual_assistance.render),
    PageEntry("shared_costs", T("Shared costs"), shared_costs.render),
    PageEntry("cooperation_fields", T("Fields of cooperation"), cooperation_fields.render),
    PageEntry("board", T("For the board"), board.render),
    PageEntry("data_quality", T("Data quality"), data_quality.render),
    PageEntry("downloads", T("Rows and files"), downloads.render),
    PageEntry("method", T("Method"), method.render),
    PageEntry("import_exports", T("Bring in an export"), import_exports.render),
    PageEntry("own_question", T("Own question"), own_question.render, own_questions_can_be_put),
)


def main() -> None:
    """Run the dashboard: the frame and the page that the address names."""
    run_dashboard(PAGES)


if __name__ == "__main__":
    main()
else:
    # Streamlit's server finds this name and serves it; each reader's run of this file takes the branch above.
    # Streamlit collects garbage after each run of a page. What is imported never is garbage: looking through all of it
    # each time took longer than drawing most pages.
    gc.freeze()
    app = st.App(__file__, routes=routes(), middleware=[Middleware(ServerAddressInPage)])

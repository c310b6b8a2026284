"""Who can reach this server: only its own machine, or others too."""

import streamlit as st

OWN_MACHINE = ("127.0.0.1", "localhost", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def only_this_machine_reaches_it() -> bool:
    """Tell whether the server listens to its own machine only and the reader sits there, with no proxy between."""
    host = str(st.context.headers.get("Host", "")).rsplit(":", 1)[0].strip("[]")
    listens_on = str(st.get_option("server.address") or "")
    # A proxy in front of the server is how other machines reach one that listens to its own only.
    is_forwarded = any(st.context.headers.get(name) for name in FORWARDED)
    return listens_on in OWN_MACHINE and host in OWN_MACHINE and not is_forwarded

"""Who can reach this server: only its own machine, or others too."""

from collections.abc import Mapping

import streamlit as st

OWN_MACHINE = ("127.0.0.1", "localhost", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def only_this_machine_reaches_it(headers: Mapping[str, str] | None = None) -> bool:
    """Tell whether the server listens to its own machine only and the reader sits there, with no proxy between.

    `headers` are those of the request, of the one behind the page where none are given.
    """
    sent = st.context.headers if headers is None else headers
    host = str(sent.get("Host", "")).rsplit(":", 1)[0].strip("[]")
    listens_on = str(st.get_option("server.address") or "")
    # A proxy in front of the server is how other machines reach one that listens to its own only.
    is_forwarded = any(sent.get(name) for name in FORWARDED)
    return listens_on in OWN_MACHINE and host in OWN_MACHINE and not is_forwarded

"""Any table, written in any layout that exports come in, reads back as the same rows."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.written_tables import read_back, rows, ways, write


def hold_round_trip(data: st.DataObject) -> None:
    written = data.draw(ways())
    table = data.draw(rows(written))
    with TemporaryDirectory() as folder:
        write(table, written, Path(folder))
        account, found = read_back(Path(folder))
    assert account.fate == "read", account
    assert (account.kind, account.lines_read) == (written.kind, len(table))
    assert found == table
    if written.kind == "csv":
        assert account.delimiter == written.delimiter
        if any(row.amount is not None for row in table):
            assert account.decimal_mark == written.decimal_mark


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_table_reads_back_whatever_way_it_is_written(data: st.DataObject) -> None:
    hold_round_trip(data)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_two_thousand_tables_read_back(data: st.DataObject) -> None:
    hold_round_trip(data)

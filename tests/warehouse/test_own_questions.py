"""Questions of an analyst: what they give, and what none of them can reach, change, use up or hold."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from cooperation.settings import PROJECT
from cooperation.warehouse import own_questions
from cooperation.warehouse.own_questions import (
    LONGEST_QUESTION,
    QUESTIONS_AT_ONCE,
    QuestionReply,
    RunningQuestion,
    offered_tables,
)
from cooperation.warehouse.publishing import published_database
from cooperation.warehouse.question_check import TABLE_FUNCTIONS, offered_functions
from cooperation.warehouse.question_process import _connected
from tests.warehouse.exports import build_sets, cost, deployment, intervention, investment

BRUSSELS = "Europe/Brussels"
OFFERED = offered_tables(shows_small_counts=False)
SECRET = "what-nobody-may-read"
ENDLESS = "with recursive t(i) as (select 1 union all select i + 1 from t) select count(*) from t"
# Time for a process to start and end beside others; the limit of a question itself is shorter here than on the screen.
SECONDS = 1.5
PATIENCE = 30.0


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small database; beside it lie a file, and in the environment a variable, that must not be read."""
    folder = tmp_path_factory.mktemp("questions")
    calls = [
        intervention(f"I{day}", f"2022-03-{day:02} 12:00:00", nature="Jan Peeters") for day in range(1, 29)
    ]
    units = [deployment(f"I{day}", f"2022-03-{day:02} 12:{day:02}:00") for day in range(1, 25)]
    built = build_sets(
        folder,
        {
            "interventions": calls,
            "deployments": units,
            "costs": [cost("100.25")],
            "investments": [investment("P1", "1000.50")],
        },
    )
    (folder / "secret.csv").write_text(f"word\n{SECRET}\n", encoding="utf-8")
    return published_database(built.pointer)


@pytest.fixture(autouse=True)
def shorter_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_questions, "SECONDS", SECONDS)
    monkeypatch.setenv("COOPERATION_SECRET", SECRET)


@pytest.fixture
def untouched(database: Path) -> Iterator[None]:
    """Check that after the test every file is as it was, and there is no other."""
    before = files_around(database)
    yield
    assert files_around(database) == before


def files_around(database: Path) -> dict[str, tuple[int, int]]:
    states = {path: path.stat() for path in (*database.parent.rglob("*"), *PROJECT.glob("*"))}
    return {str(path): (state.st_size, state.st_mtime_ns) for path, state in states.items() if path.is_file()}


def asked(database: Path, question: str) -> QuestionReply:
    reply = RunningQuestion(database, question, BRUSSELS).wait(PATIENCE)
    assert reply is not None
    return reply


def first_value(database: Path, question: str) -> object:
    reply = asked(database, question)
    assert reply.failure is None, reply.failure
    return reply.table.iloc[0, 0]


# --- What a question gives ---------------------------------------------------------------------------------------


def test_a_question_gives_its_rows_in_their_order_with_their_kinds(database: Path) -> None:
    reply = asked(
        database,
        "select received_date, count(*) as calls, response_seconds / 60 as minutes, received_at, is_urgent, priority\n"
        "from response_times where day(received_date) < 4 group by all order by received_date desc; -- the end;",
    )
    assert reply.failure is None and not reply.is_cut
    assert list(reply.kinds.values()) == ["date", "whole", "broken", "moment", "boolean", "text"]
    assert reply.table.values.tolist() == [
        [date(2022, 3, day), 1, float(day), datetime(2022, 3, day, 12), True, "1"] for day in (3, 2, 1)
    ]


def test_values_that_python_would_change_come_as_they_are(database: Path) -> None:
    reply = asked(
        database,
        "select 2.50::decimal(9, 2) as a, 12345678901234567890123::hugeint as b, 'infinity'::date as c,"
        " interval 1 month as d, null::integer as e, 'nan'::double as f,"
        " timezone('UTC', timestamp '2022-07-01 00:00:00') as g, [1, 2] as h",
    )
    assert reply.failure is None
    a, b, c, d, e, f, g, h = reply.table.iloc[0]
    assert (a, b, c, d, e, h) == (
        Decimal("2.50"),
        12345678901234567890123,
        "infinity",
        "1 month",
        None,
        "[1, 2]",
    )
    assert f != f
    assert g == "2022-07-01 02:00:00+02"


def test_columns_of_one_name_are_told_apart(database: Path) -> None:
    reply = asked(database, 'select 1 as a, 2 as a, 3 as a_1, 4 as "\'; drop", 5 as "a""b"')
    assert reply.failure is None
    assert len(set(reply.table.columns)) == 5 and reply.table.iloc[0].tolist() == [1, 2, 3, 4, 5]


def test_amounts_keep_their_cents(database: Path) -> None:
    assert first_value(database, "select sum(amount_eur) from ledger_months") == Decimal("100.25")


def test_no_more_rows_come_than_are_read(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_questions, "ROW_COUNT", 700)
    reply = asked(database, "from range(100000000000)")
    assert reply.table["range"].tolist() == list(range(700)) and reply.is_cut
    assert not asked(database, "from range(700)").is_cut
    assert asked(database, "from range(0)").table.shape == (0, 1)


@pytest.mark.parametrize(
    "question",
    [
        "with t as (select 1 as i) select count(*) from t, t as u",
        "with recursive t(i) as (select 1 union all select i + 1 from t where i < 9) select max(i) from t",
        "select count(*) over (partition by phase order by received_at rows 3 preceding) from response_times",
        "select count(*) from response_times r join unit_assistance using (intervention_number)"
        " semi join zones using (zone_code)",
        "select count(*) filter (where is_urgent), median(response_seconds), share(1, 2) from response_times",
        "select case when 1 in (1, 2) then coalesce(null, 'x') || 'y' like 'x%' end, cast('1' as integer), 7 // 2, -1",
        "select list_transform([1, 2], lambda x: x + 1), {'a': 1}.a, [x for x in [1, 2]]",
        "select exists (select 1 from zones) from (values (1), (2)) as v(i) union all select true order by 1 limit 3",
        "from zones select columns('name.*'), zones.* exclude (name_nl) where zone_code between '1' and '9'",
        "select zone_code, phase, count(*) from response_times group by cube (zone_code, phase) having count(*) > 0",
        "select unnest(generate_series(1, 3)), extract(year from timestamp '2022-01-01'), interval 1 day * 2",
        "select 1 /* ; drop table zones */ -- ; select 2",
    ],
)
def test_ordinary_sql_is_understood(question: str, database: Path) -> None:
    reply = asked(database, question)
    assert reply.failure is None, reply.failure
    assert len(reply.table) > 0


def test_every_offered_table_can_be_asked(database: Path) -> None:
    reply = asked(database, "select " + ", ".join(f"(select count(*) from {table})" for table in OFFERED))
    assert reply.failure is None
    with duckdb.connect(str(database), read_only=True) as connection:
        counts = [connection.execute(f"select count(*) from {table}").fetchall()[0][0] for table in OFFERED]
    assert reply.table.iloc[0].tolist() == counts and sum(counts) > 0


def test_what_people_wrote_stays_off_the_screen(database: Path) -> None:
    for question in (
        "select nature from response_times",
        'select "NATURE" from response_times',
        "select r.nature from response_times r",
        "select struct_extract(r, 'nature') from response_times r",
    ):
        reply = asked(database, question)
        assert reply.failure is not None and reply.failure.code in ("unknown_column", "other"), question
    for question in (
        "from response_times",
        "select r::varchar from response_times r",
        "select columns('na.*') from response_times",
    ):
        assert "Peeters" not in asked(database, question).table.to_string()


def test_no_mart_of_activities_is_offered() -> None:
    reading = {
        path.stem
        for path in (PROJECT / "queries" / "marts").glob("*.sql")
        if "staging.activities" in path.read_text(encoding="utf-8")
    }
    # Lines and days of activities are no counts of what was done.
    assert reading & set(OFFERED) == {"data_set_coverage", "data_set_accounts"}
    assert set(offered_tables(shows_small_counts=True)) - set(OFFERED) == {"activity_months"} <= reading
    assert not {"rejects", "flagged_cells", "files", "about"} & set(OFFERED)


def test_offered_functions_are_known_and_have_no_effects() -> None:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select function_name, function_type, has_side_effects or stability = 'VOLATILE' from duckdb_functions()"
        ).fetchall()
    kinds: dict[str, set[str]] = {}
    for name, kind, has_effects in rows:
        kinds.setdefault(name, set()).add(kind)
        assert not (has_effects and name in offered_functions()), name
    # The name of what these call is text, which no list is held against.
    called_by_text = {"aggregate", "array_aggr", "array_aggregate", "list_aggr", "list_aggregate"}
    assert called_by_text <= set(kinds) and not called_by_text & offered_functions()
    # What the parser turns into something else, and the project's own macro.
    other = {"ifnull", "row", "share", "coalesce"}
    assert {name for name in offered_functions() if name not in kinds} <= other
    # No text is run as a query, and no relation is made, by any but these.
    made = {
        name for name in offered_functions() if kinds.get(name, set()) & {"table", "table_macro", "pragma"}
    }
    assert made <= TABLE_FUNCTIONS | {"repeat", "histogram"}


# --- What no question can do -------------------------------------------------------------------------------------

ATTEMPTS = {
    # To read files.
    "file": ("select * from 'secret.csv'", "table_not_offered"),
    "file by its path": ("select * from '{folder}/secret.csv'", "table_not_offered"),
    "glob of files": ("select * from '{folder}/*.csv'", "table_not_offered"),
    "quoted file": ('from "{folder}/secret.csv"', "table_not_offered"),
    "read_text": ("select content from read_text('{folder}/secret.csv')", "function_not_offered"),
    "read_blob": ("select * from read_blob('/etc/passwd')", "function_not_offered"),
    "read_csv": ("select * from read_csv('{folder}/secret.csv')", "function_not_offered"),
    "read_csv_auto": ("from read_csv_auto('{folder}/*.csv')", "function_not_offered"),
    "READ_CSV": ("from READ_CSV('{folder}/secret.csv')", "function_not_offered"),
    "quoted function": ("from \"read_csv\"('{folder}/secret.csv')", "function_not_offered"),
    "function by its schema": ("from main.read_csv('{folder}/secret.csv')", "function_not_offered"),
    "function by its catalogue": ("from system.main.read_csv('{folder}/secret.csv')", "function_not_offered"),
    "range by its schema": ("from main.range(3)", "function_not_offered"),
    "read_json": ("from read_json('{folder}/secret.csv')", "function_not_offered"),
    "read_parquet": ("from read_parquet('{folder}/*')", "function_not_offered"),
    "read_duckdb": ("from read_duckdb('{database}')", "function_not_offered"),
    "sniff_csv": ("from sniff_csv('{folder}/secret.csv')", "function_not_offered"),
    "parquet_metadata": ("from parquet_metadata('{folder}/x.parquet')", "function_not_offered"),
    "glob": ("from glob('/*')", "function_not_offered"),
    "file in a subquery": (
        "select (select content from read_text('{folder}/secret.csv'))",
        "function_not_offered",
    ),
    "file in a condition": ("select 1 where exists (from read_text('/etc/passwd'))", "function_not_offered"),
    "file in a lateral join": ("from zones, lateral (from read_text('/etc/passwd'))", "function_not_offered"),
    "file in a with clause": ("with t as (from read_text('/etc/passwd')) from t", "function_not_offered"),
    "file behind a comment": ("select 1 from/**/read_text/**/('/etc/passwd')", "function_not_offered"),
    "file in a limit": (
        "select 1 limit (select length(content) from read_text('/etc/passwd'))",
        "function_not_offered",
    ),
    "file in an order": (
        "select 1 order by (select content from read_text('/etc/passwd'))",
        "function_not_offered",
    ),
    "file in a window": (
        "select sum(1) over (order by (select content from read_text('/etc/passwd')))",
        "function_not_offered",
    ),
    "file in a lambda": (
        "select list_transform([1], lambda x: (select content from read_text('/etc/passwd')))",
        "function_not_offered",
    ),
    # To write files.
    "copy to a file": ("copy response_times to '{folder}/out.csv'", "only_questions"),
    "copy a query": ("copy (select 1) to '{folder}/out.parquet' (format parquet)", "only_questions"),
    "copy from a file": ("copy zones from '{folder}/secret.csv'", "only_questions"),
    "copy a database": ("copy from database system to temp", "only_questions"),
    "export": ("export database '{folder}/out'", "only_questions"),
    "import": ("import database '{folder}'", "only_questions"),
    "log to a file": ("from enable_logging(storage = 'file')", "function_not_offered"),
    "write_log": ("select write_log('x')", "function_not_offered"),
    # To reach the network or other databases, to load code.
    "url": ("from 'http://127.0.0.1:1/x.csv'", "table_not_offered"),
    "url of a function": ("from read_csv('https://example.org/x.csv')", "function_not_offered"),
    "s3": ("from read_parquet('s3://bucket/x')", "function_not_offered"),
    "attach": ("attach '{database}' as other", "only_questions"),
    "attach in memory": ("attach ':memory:' as other", "only_questions"),
    "detach": ("detach memory", "only_questions"),
    "use": ("use system", "only_questions"),
    "install": ("install httpfs", "only_questions"),
    "force install": ("force install spatial from community", "only_questions"),
    "load": ("load httpfs", "only_questions"),
    "load a file": ("load '{folder}/x.duckdb_extension'", "only_questions"),
    "update extensions": ("update extensions", "only_questions"),
    "create secret": ("create secret s (type s3, key_id 'x', secret 'y')", "only_questions"),
    # To change settings, to read them and the environment.
    "set": ("set enable_external_access = true", "only_questions"),
    "set global": ("set global memory_limit = '100GB'", "only_questions"),
    "set variable": ("set variable x = (select 1)", "only_questions"),
    "reset": ("reset memory_limit", "only_questions"),
    "pragma": ("pragma database_list", "only_questions"),
    "pragma set": ("pragma memory_limit = '100GB'", "only_questions"),
    "call": ("call pragma_version()", "only_questions"),
    "call a table": ("call duckdb_settings()", "only_questions"),
    "duckdb_settings": ("from duckdb_settings()", "function_not_offered"),
    "duckdb_secrets": ("from duckdb_secrets()", "function_not_offered"),
    "duckdb_variables": ("from duckdb_variables()", "function_not_offered"),
    "duckdb_extensions": ("from duckdb_extensions()", "function_not_offered"),
    "duckdb_logs": ("from duckdb_logs()", "function_not_offered"),
    "current_setting": ("select current_setting('temp_directory')", "function_not_offered"),
    "getvariable": ("select getvariable('x')", "function_not_offered"),
    "getenv": ("select getenv('COOPERATION_SECRET')", "function_not_offered"),
    "sleep": ("select sleep_ms(100000)", "function_not_offered"),
    "pg_sleep": ("select pg_sleep(100)", "function_not_offered"),
    # To see tables that are not offered, and the catalogue.
    "settings of the dashboard": ("from about", "table_not_offered"),
    "refused lines": ("select line_text from rejects", "table_not_offered"),
    "cells in doubt": ("from flagged_cells", "table_not_offered"),
    "files": ("from FILES", "table_not_offered"),
    "small counts": ("select * from activity_months where quantity < 5", "table_not_offered"),
    "offered table by its schema": ("select nature from main.response_times", "table_not_offered"),
    "offered table by its catalogue": ("select nature from monitor.main.response_times", "table_not_offered"),
    "hidden behind a name": (
        "select * from (with about as (select 1) from about), about",
        "table_not_offered",
    ),
    "hidden behind a recursive name": (
        "with recursive about as (select 1 as i union select i from about) from about",
        "table_not_offered",
    ),
    "duckdb_tables": ("from duckdb_tables()", "function_not_offered"),
    "view of tables": ("from duckdb_tables", "table_not_offered"),
    "columns": ("from duckdb_columns()", "function_not_offered"),
    "information_schema": ("from information_schema.tables", "table_not_offered"),
    "pg_catalog": ("from pg_catalog.pg_class", "table_not_offered"),
    "sqlite_master": ("from sqlite_master", "table_not_offered"),
    "databases": ("from pragma_database_size()", "function_not_offered"),
    "storage": ("from pragma_storage_info('about')", "function_not_offered"),
    "sample of a table": ("from duckdb_table_sample('about')", "function_not_offered"),
    "seq_scan": ("from seq_scan('about')", "function_not_offered"),
    "table macro of the project": (
        "from selected_calls(null, null, null, null, 'response')",
        "function_not_offered",
    ),
    "show": ("show tables", "not_understood"),
    "describe": ("describe about", "not_understood"),
    "summarize": ("summarize about", "not_understood"),
    "show in a subquery": ("from (show all tables)", "not_understood"),
    "describe in a subquery": ("select * from (describe about)", "not_understood"),
    # To run text as a query, or as the name of a function.
    "aggregate by its name": ("select list_aggregate(['x'], 'name')", "function_not_offered"),
    "aggregate by a made name": ("select ['x'].array_aggregate('na' || 'me')", "function_not_offered"),
    "query": ("from query('from about')", "function_not_offered"),
    "query_table": ("from query_table('about')", "function_not_offered"),
    "query_table of a list": ("from query_table(['about'])", "function_not_offered"),
    "serialised query": (
        "from json_execute_serialized_sql(json_serialize_sql('from about'))",
        "function_not_offered",
    ),
    "serialised plan": ("select json_serialize_plan('from about')", "function_not_offered"),
    "prepare": ("prepare q as select 1", "only_questions"),
    "execute": ("execute q", "only_questions"),
    "deallocate": ("deallocate q", "only_questions"),
    "parameter": ("select $1", "parameter"),
    "named parameter": ("select $secret", "parameter"),
    # To write.
    "create table": ("create table t as select 1", "only_questions"),
    "create temporary table": ("create temp table t as from about", "only_questions"),
    "create view": ("create or replace temp view zones as from about", "only_questions"),
    "create macro": ("create temp macro m() as table from about", "only_questions"),
    "create function": ("create function f(x) as x", "only_questions"),
    "create sequence": ("create sequence s", "only_questions"),
    "nextval": ("select nextval('s')", "function_not_offered"),
    "insert": ("insert into zones values ('1')", "only_questions"),
    "insert in a with clause": (
        "with i as (insert into zones values ('1') returning *) from i",
        "only_questions",
    ),
    "delete in a with clause": ("with d as (delete from zones returning *) from d", "only_questions"),
    "update": ("update zones set zone_code = '1'", "only_questions"),
    "delete": ("delete from zones", "only_questions"),
    "truncate": ("truncate zones", "only_questions"),
    "merge": ("merge into zones using zones as z on true when matched then delete", "only_questions"),
    "drop": ("drop table zones", "only_questions"),
    "alter": ("alter table zones add column x integer", "only_questions"),
    "comment on": ("comment on table zones is 'x'", "only_questions"),
    "vacuum": ("vacuum", "only_questions"),
    "analyze": ("analyze", "only_questions"),
    "checkpoint": ("checkpoint", "only_questions"),
    "checkpoint as a function": ("from checkpoint()", "function_not_offered"),
    "force_checkpoint": ("from force_checkpoint()", "function_not_offered"),
    "begin": ("begin transaction", "only_questions"),
    "commit": ("commit", "only_questions"),
    "explain": ("explain select 1", "only_questions"),
    "explain analyze": ("explain analyze select 1", "only_questions"),
    # Several at once, and tricks with comments and ends.
    "two questions": ("select 1; select 2", "several_statements"),
    "a question and more": ("select 1; drop table zones", "several_statements"),
    "a setting before": ("set threads = 8; select 1", "several_statements"),
    "more behind a comment": ("select 1 --\n; copy zones to '{folder}/out.csv'", "several_statements"),
    "a comment that closes": ("select 1) limit 1; drop table zones; select (1 /*", "syntax"),
    "a bracket that closes": ("select 1) union all (select 2", "syntax"),
    "nothing": ("  \n ", "empty"),
    "only a comment": ("-- select 1", "empty"),
    "only ends": (";;;", "empty"),
    "a zero byte": ("select 1\0; drop table zones", "several_statements"),
    "too long": ("select " + "1," * LONGEST_QUESTION + "1", "too_long"),
    "too deep": ("select " + "(" * 1_900 + "1" + ")" * 1_900, None),
    # To take all memory, disk or time.
    "a long text": ("select repeat('x', 4000000000)", "too_much_memory"),
    "a text just below the limit": ("select length(repeat('x', 1400000000))", "too_much_memory"),
    "many long texts": ("select list(repeat('x', 1000)) from range(10000000)", "too_much_memory"),
    "a list without end": ("select range(10000000000)", None),
    "a large sort": (
        "select i, hash(i) as h from range(300000000) r(i) order by h, i desc offset 100000000",
        None,
    ),
    "a large group": ("select count(*) from (select hash(i) from range(1000000000) r(i) group by all)", None),
    "a large join": (
        "select count(*) from range(100000000) a(i) join range(100000000) b(i) on hash(a.i) = hash(b.i)",
        None,
    ),
    "a wide answer": ("select repeat('x', 10000) from range(10000)", "too_large"),
    "a wide cell": ("select repeat('x', 9000000)", "too_large"),
    "no end": (ENDLESS, "took_too_long"),
    "nothing but products": (
        "select sum(a.i * b.i * c.i) from range(100000) a(i), range(100000) b(i), range(100000) c(i)",
        "took_too_long",
    ),
    "products of a mart": (
        "select count(*) from response_times a, response_times b, response_times c, response_times d, response_times e,"
        " response_times f, response_times g, response_times h"
        " where a.received_at + to_seconds(b.hour_of_day) > c.received_at + to_days(f.weekday)",
        "took_too_long",
    ),
    "a range without end": ("select sum(hash(i)) from range(10000000000000) r(i)", "took_too_long"),
    "a pattern that never ends": (
        "select count(*) from range(100000000) r(i) where regexp_matches(repeat('a', 500) || i, '(a|aa)+$')",
        "took_too_long",
    ),
}
# What stops it depends on the machine, or on how DuckDB understands it: that it is stopped does not.
STOPS = {"took_too_long", "too_much_memory", "stopped", "syntax", "too_deep", "other", "too_large"}


def test_there_are_as_many_attempts_as_promised() -> None:
    assert len(ATTEMPTS) >= 60
    assert len({question for question, _ in ATTEMPTS.values()}) == len(ATTEMPTS)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_attempt_is_refused(attempt: str, database: Path) -> None:
    question, code = ATTEMPTS[attempt]
    question = question.replace("{folder}", str(database.parent)).replace("{database}", str(database))
    reply = asked(database, question)
    assert reply.failure is not None, reply.table
    assert reply.failure.code in ({code} if code else STOPS)
    assert reply.table.empty
    assert SECRET not in f"{reply.failure}"


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('{folder}/secret.csv')",
        "select * from '{folder}/secret.csv'",
        "select * from glob('{folder}/*')",
        "copy zones to '{folder}/out.csv'",
        "export database '{folder}/out'",
        "attach '{folder}/other.duckdb' as other",
        "install httpfs",
        "load httpfs",
        "from read_csv('http://127.0.0.1:1/x.csv')",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
        "set temp_directory = '{folder}'",
        "reset lock_configuration",
        "insert into norms values ('x', 'y', 1)",
        "drop table zones",
        "select * from own_questions",
    ],
)
@pytest.mark.usefixtures("untouched")
def test_behind_the_check_the_connection_refuses_by_itself(statement: str, database: Path) -> None:
    task = own_questions._task(database, "", BRUSSELS, OFFERED)
    written = statement.replace("{folder}", str(database.parent))
    with _connected(task) as connection, pytest.raises(duckdb.Error):
        connection.execute(written).fetchall()


def test_a_question_s_process_is_given_no_environment(database: Path) -> None:
    running = RunningQuestion(database, ENDLESS, BRUSSELS)
    environment = Path(f"/proc/{running.process_id}/environ")
    if not environment.exists():
        pytest.skip("this system does not show what a process was given")
    assert SECRET not in environment.read_text(encoding="utf-8")
    running.cancel()
    assert running.wait(PATIENCE) is not None


def test_a_question_is_stopped_at_once(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_questions, "SECONDS", PATIENCE)
    running = RunningQuestion(database, ENDLESS, BRUSSELS)
    assert running.wait(0.1) is None
    running.cancel()
    reply = running.wait(PATIENCE)
    assert reply is not None and reply.failure is not None and reply.failure.code == "cancelled"
    assert running.seconds < PATIENCE / 2
    assert running.process_id is not None and not is_alive(running.process_id)


def test_others_wait_for_a_seat(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_questions, "SECONDS", PATIENCE)
    running = [RunningQuestion(database, ENDLESS, BRUSSELS) for _ in range(QUESTIONS_AT_ONCE)]
    late = asked(database, "select 1")
    assert late.failure is not None and late.failure.code == "busy"
    for question in running:
        question.cancel()
        assert question.wait(PATIENCE) is not None
    assert first_value(database, "select 1") == 1


def test_a_process_that_cannot_start_or_dies_is_told_and_gives_its_seat_back(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(QUESTIONS_AT_ONCE + 1):
        with monkeypatch.context() as broken:
            broken.setattr(own_questions.sys, "executable", str(database.parent / "nowhere"))
            failure = asked(database, "select 1").failure
        assert failure is not None and failure.code == "stopped"
        running = RunningQuestion(database, ENDLESS, BRUSSELS)
        assert running.process_id is not None
        os.kill(running.process_id, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        reply = running.wait(PATIENCE)
        assert reply is not None and reply.failure is not None and reply.failure.code == "stopped"
    assert first_value(database, "select 1") == 1


def test_a_database_that_was_replaced_is_told(database: Path, tmp_path: Path) -> None:
    reply = asked(tmp_path / "gone.duckdb", "select 1")
    assert reply.failure is not None and reply.failure.code == "database_gone"


@pytest.mark.clocked
def test_what_a_question_takes_is_within_its_limits(database: Path) -> None:
    running = RunningQuestion(database, ENDLESS, BRUSSELS)
    assert running.wait(PATIENCE) is not None
    assert running.seconds < SECONDS + 2
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("this system does not show what memory a process took")
    greedy = RunningQuestion(database, "select list(repeat('x', 1000)) from range(10000000)", BRUSSELS)
    most = 0
    while greedy.wait(0.01) is None:
        most = max(most, peak_megabytes(greedy.process_id))
    assert 0 < most < own_questions.DATABASE_MEMORY_MEGABYTES + 200


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def peak_megabytes(process_id: int | None) -> int:
    """Return the most memory that a process has held, 0 where it has ended."""
    try:
        text = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    peaks = [int(line.split()[1]) // 1024 for line in text.splitlines() if line.startswith("VmHWM")]
    return peaks[0] if peaks else 0


# --- Where it goes wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "code", "meant"),
    [
        ("selec 1", "syntax", "selec"),
        ("select zone_code\nfrom response_times\nwhere", "syntax", None),
        ("select 'Fléron', nope\nfrom response_times", "unknown_column", "nope"),
        ("select 'é' as é,\n  from about", "table_not_offered", "about"),
        ("select 'é', getenv('x') from zones", "function_not_offered", "getenv('x')"),
        ("select 'é', 'abc'::integer", "other", "::integer"),
        ("select 'é', zone_code::integer + 'abc'::integer from response_times", "other", "::integer"),
        ("select 'é' from zones where $x", "parameter", "$x"),
        ("select 'é', list_transform([1], x -> x + 1)", "arrow", "x -> x + 1"),
    ],
)
def test_a_failure_says_where_it_stands(question: str, code: str, meant: str | None, database: Path) -> None:
    failure = asked(database, question).failure
    assert failure is not None and failure.code == code
    if meant is not None:
        assert failure.position is not None
        assert question[failure.position : failure.position + failure.length] == meant


def test_an_unknown_column_comes_with_those_much_like_it(database: Path) -> None:
    failure = asked(database, "select respons_seconds from response_times").failure
    assert failure is not None and failure.name == "respons_seconds"
    assert failure.candidates[0] == "response_seconds"


def test_an_answer_tells_how_long_it_took(database: Path) -> None:
    started = time.monotonic()
    reply = asked(database, "select 1")
    assert 0 < reply.seconds <= time.monotonic() - started

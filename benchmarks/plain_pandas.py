"""The same job in plain pandas, as a competent analyst would do it in a notebook: the yardstick of the benchmark.

It knows the contract's columns and one layout, and drops what does not fit without an account: that is the
comparison, not a second implementation. Clock times are subtracted as they stand, so the two nights a year in
which the clock changes are an hour off; rounding and order of rows are those of pandas.
"""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period
from cooperation.settings import Settings
from cooperation.warehouse.database import Database

MOMENT_FORMAT = "%d/%m/%Y %H:%M:%S"
DEPLOYMENT_MOMENTS = ("dispatched_at", "departed_at", "arrived_at", "cleared_at")
STEPS = ("call_handling", "turnout", "travel", "response")
KIND = ["priority", "municipality_nis", "hour_band", "is_weekend"]


def read_exports(exports: Path, settings: Settings, merged_into: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per intervention with every interval in seconds, read from contract exports.

    `merged_into` maps the code of a merged municipality to the one of today.
    """
    calls = _read(exports, "interventions", ("received_at", "closed_at"))
    calls = calls.dropna(subset=["received_at"]).drop_duplicates("intervention_id")
    calls = calls[calls["zone_code"].isin([zone.code for zone in settings.zones])]

    units = _read(exports, "deployments", DEPLOYMENT_MOMENTS)
    units = units.merge(calls[["intervention_id", "received_at"]], on="intervention_id")
    response = (units["arrived_at"] - units["received_at"]).dt.total_seconds()
    is_plausible = response.between(0, settings.plausible.longest_response_seconds)
    units["arrived_at"] = units["arrived_at"].where(is_plausible)
    first_units = units.sort_values("arrived_at").drop_duplicates("intervention_id")
    first_dispatched = units.groupby("intervention_id")["dispatched_at"].min().rename("first_dispatched_at")

    calls = calls.merge(
        first_units[["intervention_id", "dispatched_at", "departed_at", "arrived_at"]],
        on="intervention_id",
        how="left",
    ).merge(first_dispatched, on="intervention_id", how="left")
    return _measured(calls, settings, merged_into)


def _read(exports: Path, data_set: str, moments: tuple[str, ...]) -> pd.DataFrame:
    files = sorted(exports.glob(f"*{data_set}*.csv"))
    # Quotes are not read as such: one stray quote would swallow the rest of its file.
    frames = [
        pd.read_csv(file, sep=";", encoding="cp1252", dtype=str, on_bad_lines="skip", quoting=csv.QUOTE_NONE)
        for file in files
    ]
    frame = pd.concat(frames, ignore_index=True).drop_duplicates()
    for column in moments:
        frame[column] = pd.to_datetime(frame[column], format=MOMENT_FORMAT, errors="coerce")
    return frame


def _measured(calls: pd.DataFrame, settings: Settings, merged_into: Mapping[str, str]) -> pd.DataFrame:
    received = calls["received_at"]
    joined = {zone.code: pd.Timestamp(zone.joined) for zone in settings.zones}
    calls["received_date"] = received.dt.normalize()
    calls["received_month"] = received.dt.to_period("M").dt.to_timestamp()
    calls["hour_of_day"] = received.dt.hour
    calls["hour_band"] = _hour_band(calls["hour_of_day"], settings)
    calls["weekday"] = received.dt.day_of_week + 1
    calls["is_weekend"] = calls["weekday"] > 5
    calls["municipality_nis"] = calls["municipality_nis"].replace(merged_into)
    calls["phase"] = np.where(received < calls["zone_code"].map(joined), "before", "after")
    calls["arrival_is_missing"] = calls["arrived_at"].isna()
    has_arrived = ~calls["arrival_is_missing"]
    left = calls["departed_at"].fillna(calls["dispatched_at"])
    calls["response_seconds"] = _elapsed(received, calls["arrived_at"])
    calls["call_handling_seconds"] = _elapsed(received, calls["first_dispatched_at"])
    calls["turnout_seconds"] = _elapsed(calls["dispatched_at"], calls["departed_at"]).where(has_arrived)
    calls["travel_seconds"] = _elapsed(left, calls["arrived_at"])
    moments = [
        "received_at",
        "closed_at",
        "dispatched_at",
        "departed_at",
        "first_dispatched_at",
        "arrived_at",
    ]
    return calls.drop(columns=["intervention_id", "nature", *moments])


def _hour_band(hours: pd.Series, settings: Settings) -> pd.Series:
    bands = sorted(settings.hour_bands, key=lambda band: band.from_hour)
    places = np.searchsorted([band.from_hour for band in bands], hours, side="right") - 1
    # Before the first band of the day the last one of the day before still lasts.
    return pd.Series(np.array([band.code for band in bands])[places], index=hours.index)


def _elapsed(start: pd.Series, end: pd.Series) -> pd.Series:
    seconds = (end - start).dt.total_seconds()
    return seconds.where(seconds >= 0)


class PandasEvidence(Evidence):
    """Evidence whose tables come from a frame in memory; what is made of a table is the dashboard's own code."""

    def __init__(self, database: Database, calls: pd.DataFrame) -> None:
        super().__init__(database)
        self._calls = calls

    def ask(self, answer: str, filters: Filters) -> Answer:
        """Return the table of `answer` for a choice, figured by pandas."""
        period = self.period(filters)
        chosen = _chosen(self._calls, filters, self.settings)
        table = TABLES[answer](chosen, period)
        return Answer(answer, table, "", {}, filters, period)


def _chosen(calls: pd.DataFrame, filters: Filters, settings: Settings) -> pd.DataFrame:
    is_chosen = pd.Series(True, index=calls.index)
    for column, codes in (
        ("zone_code", filters.zone_code),
        ("municipality_nis", filters.municipality_nis),
        ("priority", filters.priorities(settings)),
        ("origin", filters.origins(settings)),
    ):
        if codes:
            is_chosen &= calls[column].isin(codes)
    chosen = calls[is_chosen]
    norms = {
        measure: {n.priority: n.seconds for n in settings.norms if n.measure == measure} for measure in STEPS
    }
    return chosen.assign(
        measured_seconds=chosen[f"{filters.measure}_seconds"],
        norm_seconds=chosen["priority"].map(norms[filters.measure]).astype(float),
        travel_norm_seconds=chosen["priority"].map(norms["travel"]).astype(float),
    )


def _compared(calls: pd.DataFrame, period: Period) -> pd.DataFrame:
    day = calls["received_date"]
    is_compared = pd.Series(False, index=calls.index)
    for phase, span in (("before", period.before), ("after", period.after)):
        within = day.between(pd.Timestamp(span.first), pd.Timestamp(span.until), inclusive="left")
        is_compared |= (calls["phase"] == phase) & within
    left_out = [pd.Timestamp(month) for month in period.left_out_months]
    return calls[is_compared & ~calls["received_month"].isin(left_out)]


def _summary(
    calls: pd.DataFrame, by: list[str], seconds: str = "measured_seconds", norm: str | None = "norm_seconds"
) -> pd.DataFrame:
    """Return the figures of the headline for every group of calls."""
    known = calls[seconds].notna() & (calls[norm].notna() if norm else False)
    within = (calls[seconds] <= calls[norm]) if norm else False
    marked = calls.assign(is_within=np.where(known, within, np.nan))
    groups = marked.groupby(by, dropna=False, observed=True)
    table = groups.agg(
        intervention_count=(seconds, "size"),
        measured_count=(seconds, "count"),
        missing_arrival_share=("arrival_is_missing", "mean"),
        median_seconds=(seconds, "median"),
        mean_seconds=(seconds, "mean"),
        share_within_norm=("is_within", "mean"),
    )
    return table.assign(p90_seconds=groups[seconds].quantile(0.9)).reset_index()


def _by(column: str) -> Callable[[pd.DataFrame, Period], pd.DataFrame]:
    return lambda calls, period: _summary(_compared(calls, period), [column, "phase"])


def _monthly(calls: pd.DataFrame, period: Period) -> pd.DataFrame:
    phases = calls.sort_values("received_date").groupby("received_month")["phase"].first()
    compared_months = _compared(calls, period)["received_month"].unique()
    table = _summary(calls, ["received_month"])
    table["phase"] = table["received_month"].map(phases)
    table["in_comparison"] = table["received_month"].isin(compared_months)
    return table


def _cumulative(calls: pd.DataFrame, period: Period) -> pd.DataFrame:
    compared = _compared(calls, period).dropna(subset=["measured_seconds"])
    half_minutes = (np.ceil(compared["measured_seconds"] / 30) * 30).clip(upper=3630)
    counts = compared.groupby(["phase", half_minutes]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=range(0, 3631, 30), fill_value=0)
    shares = counts.cumsum(axis=1).div(counts.sum(axis=1), axis=0).drop(columns=3630)
    return shares.rename_axis(columns="within_seconds").stack().rename("share").reset_index()


def _steps(calls: pd.DataFrame, period: Period) -> pd.DataFrame:
    compared = _compared(calls, period)
    norms = {"travel": "travel_norm_seconds", "response": "norm_seconds"}
    return pd.concat(
        [
            _summary(compared, ["phase"], f"{step}_seconds", norms.get(step)).assign(step=step)
            for step in STEPS
        ]
    )


def _distribution(calls: pd.DataFrame, period: Period, by: tuple[str, ...] = ()) -> pd.DataFrame:
    compared = _compared(calls, period).dropna(subset=["measured_seconds"])
    renamed = compared.rename(columns={"received_month": "month", "measured_seconds": "value"})
    groups = renamed.groupby([*by, "month", "phase", "value", "norm_seconds"], dropna=False)
    return groups.size().rename("call_count").reset_index()


def _lists(calls: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return one row per group: how many calls took how many seconds, as two arrays."""
    counted = calls.groupby([*by, "measured_seconds"], dropna=False).size()
    sizes = counted.groupby(level=by, dropna=False).size()
    ends = sizes.cumsum().to_numpy()[:-1]
    seconds = counted.index.get_level_values("measured_seconds").to_numpy()
    return sizes.reset_index()[by].assign(
        seconds=np.split(seconds, ends), call_counts=np.split(counted.to_numpy(), ends)
    )


def _strata(calls: pd.DataFrame, period: Period) -> pd.DataFrame:
    compared = _compared(calls, period).dropna(subset=["measured_seconds"])
    renamed = compared.rename(columns={"received_month": "month"})
    return _lists(renamed, ["month", "phase", *KIND, "norm_seconds"])


def _kinds_of_calls(calls: pd.DataFrame, period: Period) -> pd.DataFrame:
    compared = _compared(calls, period).dropna(subset=["measured_seconds"])
    counts = compared.groupby([*KIND, "phase"], dropna=False).size().unstack(fill_value=0)
    return counts.rename(columns="{}_count".format)[["before_count", "after_count"]].reset_index()


def _series(calls: pd.DataFrame, by: tuple[str, ...] = ()) -> pd.DataFrame:
    has_norm = calls["measured_seconds"].notna() & calls["norm_seconds"].notna()
    keys = [*by, "received_month"]
    counts = calls.assign(normed_count=has_norm).groupby(keys, as_index=False)["normed_count"].sum()
    return _summary(calls, keys).merge(counts, on=keys).rename(columns={"received_month": "month"})


def _pooled(calls: pd.DataFrame, period: Period) -> pd.DataFrame:
    known = calls.dropna(subset=["measured_seconds"])
    spans = []
    for span, letter in (("quarter", "Q"), ("year", "Y")):
        first_day = known["received_date"].dt.to_period(letter).dt.to_timestamp()
        spans.append(_lists(known.assign(span=span, first_day=first_day), ["span", "first_day", "phase"]))
    return pd.concat(spans)


TABLES: Mapping[str, Callable[[pd.DataFrame, Period], pd.DataFrame]] = {
    "overview/municipalities": lambda calls, period: _distribution(calls, period, ("municipality_nis",)),
    "overview/series": lambda calls, period: _series(calls, ("municipality_nis",)),
    "response_times/headline": lambda calls, period: _summary(_compared(calls, period), ["phase"]),
    "response_times/monthly": _monthly,
    "response_times/cumulative": _cumulative,
    "response_times/by_priority": _by("priority"),
    "response_times/by_municipality": _by("municipality_nis"),
    "response_times/by_hour": _by("hour_of_day"),
    "response_times/by_weekday": _by("weekday"),
    "response_times/steps": _steps,
    "response_times/distribution": _distribution,
    "response_times/strata": _strata,
    "response_times/kinds_of_calls": _kinds_of_calls,
    "response_times/series": lambda calls, period: _series(calls),
    "response_times/pooled": _pooled,
}

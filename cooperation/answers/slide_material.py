"""What every slide is made from, and the sentences that stand on more than one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import PHASES
from cooperation.answers.promise_evidence import Ask
from cooperation.answers.reproduction import filter_pairs
from cooperation.answers.slide import Bars, Figure, Judgement, written
from cooperation.language import Language, T, Text
from cooperation.wording.choices import filter_text, place_name, sides_texts
from cooperation.wording.verdicts import (
    Unit,
    amount_text,
    confirmation_text,
    difference_text,
    undecided_text,
    verdict_explanation,
    verdict_of_row,
    verdict_tone,
)

NO_RELEVANT_DIFFERENCE = "no_relevant_difference"


@dataclass(frozen=True)
class Material:
    """The evidence and the board's choice, with what asks answers and says texts."""

    evidence: Evidence
    filters: Filters
    language: Language
    ask: Ask

    @property
    def zone_filters(self) -> Filters:
        """The choice for whole zones: those that were chosen, else those of the chosen municipality."""
        codes = self.filters.zone_code
        if self.filters.municipality_nis and not codes:
            codes = tuple(zone.code for zone in self.evidence.zones(self.filters))
        return self.filters.with_(zone_code=codes, municipality_nis=())

    @property
    def own_filters(self) -> Filters:
        """The choice for the chosen municipalities, or for whole zones where none was chosen."""
        is_chosen = bool(self.filters.municipality_nis)
        return self.filters.with_(zone_code=()) if is_chosen else self.zone_filters

    @property
    def is_part_of_zone(self) -> bool:
        """Tell whether a municipality was chosen whose zone has others: a reader must know which of both is told."""
        count = sum(
            self.evidence.municipality_counts[zone.code] for zone in self.evidence.zones(self.filters)
        )
        return 0 < len(self.filters.municipality_nis) < count

    def of_place(self, filters: Filters, statement: Text | str) -> str:
        """Return a statement, opened by the place that it is about where that is in doubt."""
        said = self.say(statement)
        if not self.is_part_of_zone:
            return said
        place = place_name(self.evidence, filters, self.language)
        return self.say(T("{place}. {findings}", place=place, findings=said))

    def say(self, text: Text | str) -> str:
        """Return a text in the session's language."""
        return self.language.say(text)

    def one_by_one(self, parts: Sequence[str]) -> str:
        """Return sentences or figures one after another, with the semicolon of the language between them."""
        return reduce(lambda these, this: self.say(T("{these}; {this}", these=these, this=this)), parts)

    def headed(self, heading: Text, said: Text | str) -> tuple[str, str]:
        """Return one paragraph of a note."""
        return self.say(heading), self.say(said)

    def source_text(self) -> Text:
        """Return where the figures come from and how far they reach."""
        return T(
            "Exports of the police zones, up to and including {date}",
            date=self.language.date(self.evidence.last_day),
        )

    def counted_text(self, filters: Filters, what: Text) -> Text:
        """Return in a line what is counted, where, and which years stand against each other."""
        period = self.evidence.period(filters)
        return T(
            "{what} · {place} · {before} against {after}",
            what=what,
            place=place_name(self.evidence, filters, self.language),
            **sides_texts(period, self.language),
        )

    def filter_note(self, filters: Filters) -> tuple[str, str]:
        """Return the paragraph that says in full who is counted."""
        period = self.evidence.period(filters)
        return self.headed(T("What is counted"), filter_text(self.evidence, filters, period, self.language))

    def source_note(self, *answers: Answer) -> tuple[str, str]:
        """Return the paragraph that says where the figures come from and which answers give them again.

        An answer that was asked for other calls than it counts by itself is named with them.
        """
        names = ", ".join(map(_named, answers))
        return self.headed(
            T("Source"), T("{source}. The same figures: {answer}", source=self.source_text(), answer=names)
        )

    def figure(self, label: Text, row: pd.Series, unit: Unit) -> Figure:
        """Return the figure of one row of a comparison: after the start, what it was, the difference."""
        changes: list[Text] = [T("was {figure}", figure=amount_text(row["before"], self.language, unit))]
        if (change := self._change(row, unit)) is not None:
            changes.append(change)
        return Figure(
            label=self.say(label),
            figure=amount_text(row["after"], self.language, unit),
            change=" · ".join(map(self.say, changes)),
            count=self._count(row),
        )

    def judgement(self, row: pd.Series, unit: Unit) -> Judgement:
        """Return the verdict of one row of a comparison."""
        explanation = verdict_explanation(row, self.language, unit=unit) or confirmation_text(row) or ""
        return self.judged(row, explanation, higher_is_better=unit == "share")

    def judged(self, row: pd.Series, explanation: Text | str, *, higher_is_better: bool) -> Judgement:
        """Return the verdict of a row with what explains it."""
        return Judgement(
            verdict=row["verdict"],
            said=self.say(verdict_of_row(row)),
            explanation=self.say(explanation),
            tone=verdict_tone(row["verdict"], higher_is_better=higher_is_better),
        )

    def figure_text(self, figure: Figure) -> str:
        """Return a figure in a line: what it is, how much, what it was."""
        return self.say(
            T("{name}: {figure} ({change})", name=figure.label, figure=figure.figure, change=figure.change)
        )

    def said_bars(self, bars: Bars) -> list[str]:
        """Return every category with its bars in words; a phase that has none is left out where the other has one."""
        return [self._said_category(bars, place) for place in range(len(bars.categories))]

    def _said_category(self, bars: Bars, place: int) -> str:
        shown = [series for series in bars.series if series.values[place] is not None] or bars.series
        figures = [f"{one.name} {written(one.values[place], bars.unit, self.language)}" for one in shown]
        return self.say(T("{place}: {figures}", place=bars.categories[place], figures=", ".join(figures)))

    def verdict_note(self, figure: Figure, judgement: Judgement) -> tuple[str, str]:
        """Return the paragraph that says the verdict in full."""
        said = T("{figure}: {verdict}.", figure=self.figure_text(figure), verdict=judgement.said)
        parts = [self.say(said), judgement.explanation]
        return self.headed(T("Verdict"), " ".join(part for part in parts if part))

    def _count(self, row: pd.Series) -> str:
        # Too few data says so itself.
        if row["verdict"] == "too_few_data":
            return ""
        counts = {phase: self.language.number(known(row[f"{phase}_count"])) for phase in PHASES}
        return self.say(T("Number of calls: {before} before, {after} after", **counts))

    def _change(self, row: pd.Series, unit: Unit) -> Text | None:
        if row["verdict"] in ("too_few_data", "not_comparable"):
            return None
        if row["verdict"] == "no_demonstrable_difference":
            return undecided_text(row, self.language, unit=unit)
        return difference_text(row, self.language, unit=unit)


def _named(answer: Answer) -> str:
    calls = Filters(priority=answer.filters.priority, origin=answer.filters.origin)
    chosen = ", ".join(f"{name}={value}" for name, value in filter_pairs(calls))
    return f"{answer.name} ({chosen})" if chosen else answer.name


def verdict_key(row: Mapping[Any, Any]) -> str:
    """Return the verdict of a row for a statement: a change too small to matter is not one that was not shown."""
    return NO_RELEVANT_DIFFERENCE if "difference_below_relevant" in row["reasons"] else str(row["verdict"])


def known(value: Any) -> float | None:
    """Return a figure of an answer as a picture holds it, None where it is unknown."""
    return None if value is None or pd.isna(value) else float(value)

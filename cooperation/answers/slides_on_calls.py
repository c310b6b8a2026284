"""The slides on calls: faster or not, the own municipality, mutual assistance."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from cooperation.answers.answer import Answer
from cooperation.answers.filters import EVERYONE, Filters
from cooperation.answers.periods import PHASES
from cooperation.answers.slide import Bars, Figure, Judgement, Lines, Series, Slide, filled, written
from cooperation.answers.slide_material import NO_RELEVANT_DIFFERENCE, Material, known, verdict_key
from cooperation.language import T, Text
from cooperation.wording.choices import later_zones_text
from cooperation.wording.names import DEFINITIONS, MEASURES, municipality_names, zone_names
from cooperation.wording.verdicts import phase_text, reasons_text, verdict_of_row

URGENT = T("Urgent calls from citizens")
EVERY_CALL = T("Calls")
FASTER: Mapping[str, Text] = {
    "faster": T("The police are on the scene faster"),
    "slower": T("The police are on the scene more slowly"),
    "no_demonstrable_difference": T("No demonstrable difference in how fast the police are on the scene"),
    NO_RELEVANT_DIFFERENCE: T("No relevant difference in how fast the police are on the scene"),
    "too_few_data": T("Too few data to say whether the police are on the scene faster"),
    "not_comparable": T("Before and after cannot be compared: faster or slower is not known"),
}
HELP: Mapping[str, Text] = {
    "higher": T("Another zone comes to help more often"),
    "lower": T("Another zone comes to help less often"),
    "no_demonstrable_difference": T("No demonstrable difference in how often another zone comes to help"),
    NO_RELEVANT_DIFFERENCE: T("No relevant difference in how often another zone comes to help"),
    "too_few_data": T("Too few data to say whether another zone comes to help more often"),
    "not_comparable": T("Before and after cannot be compared: more or less help is not known"),
}
UNNAMED_ZONE = ""
LONGEST_WAITS: Mapping[str, Text] = {
    "faster": T("The longest waits became shorter"),
    "slower": T("The longest waits became longer"),
    "no_demonstrable_difference": T("No demonstrable difference in the longest waits"),
    NO_RELEVANT_DIFFERENCE: T("No relevant difference in the longest waits"),
    "too_few_data": T("Too few data to say whether the longest waits became shorter"),
    "not_comparable": T(
        "Before and after cannot be compared: whether the longest waits became shorter is not known"
    ),
}
# A picture by month needs most of its months: of fewer, the two periods say more.
LEAST_SHOWN_MONTHS = 0.5


def faster_slide(material: Material) -> Slide | None:
    """Return whether the police are on the scene faster, in whole zones; None where there are no calls."""
    filters = material.zone_filters
    comparison = material.ask("response_times/comparison", filters)
    if not material.evidence.coverage.intervention_count:
        return None
    median = comparison.table.set_index("statistic").loc["median"]
    figure = material.figure(half_within(material), median, "seconds")
    judgement = material.judgement(median, "seconds")
    answers = (
        comparison,
        material.ask("response_times/monthly", filters),
        material.ask("response_times/headline", filters),
    )
    picture = _months(material, filters) or _medians(material, comparison.table)
    title = T("{measure}, median month by month", measure=MEASURES["response"])
    if isinstance(picture, Bars):
        title = T("{measure}, before and after", measure=MEASURES["response"])
    return Slide(
        key="faster",
        statement=material.of_place(filters, FASTER[verdict_key(median)]),
        counted=material.say(material.counted_text(filters, counted_calls(material))),
        note=(
            material.headed(T("Definition"), response_definition()),
            material.filter_note(filters),
            *calls_notes(material, filters),
            material.verdict_note(figure, judgement),
            material.source_note(*answers),
        ),
        answers=answers,
        figure=figure,
        judgement=judgement,
        picture=picture,
        picture_title=material.say(title),
        picture_remark=_gaps_text(material, picture),
        alternative=_said_months(material, picture),
    )


def municipality_slide(material: Material) -> Slide | None:
    """Return before, after and verdict of every municipality, the chosen one in large; None without calls.

    Where the zones hold only one it has nothing to add to the slide before but its longest waits.
    """
    filters = material.zone_filters
    answer = material.ask("overview/municipalities", filters)
    if answer.table.empty or not material.evidence.coverage.intervention_count:
        return None
    names = municipality_names(material.evidence, material.language)
    if len(answer.table) == 1:
        return _longest_waits(material, names[answer.table.iloc[0]["municipality_nis"]])
    chosen = _chosen(material, answer.table)
    figure, judgement = _of_municipality(material, chosen, names)
    table = answer.table
    alternative = [
        material.say(
            T(
                "{place}: {verdict}",
                place=names[row["municipality_nis"]],
                verdict=verdict_of_row(row),
            )
        )
        for row in table.to_dict("records")
    ]
    counts = _calls_by_municipality(material, table, names)
    notes = [material.verdict_note(figure, judgement)] if figure and judgement else []
    picture = Bars(
        categories=tuple(alternative) if figure else _counted_names(material, table, alternative),
        series=tuple(
            Series(material.say(phase_text(phase)), phase, tuple(map(known, table[phase])))
            for phase in PHASES
        ),
        unit="duration",
    )
    return Slide(
        key="municipality",
        statement=_municipalities_text(material, table if chosen is None else chosen.to_frame().T, names),
        counted=material.say(material.counted_text(filters, counted_calls(material))),
        note=(
            material.headed(T("Definition"), response_definition()),
            material.filter_note(filters),
            *notes,
            material.headed(
                T("Verdict by municipality"),
                T(
                    "{verdicts}. Of twenty such verdicts, one can be due to chance.",
                    verdicts=material.one_by_one(alternative),
                ),
            ),
            material.headed(T("Number of calls"), material.one_by_one(counts)),
            material.source_note(answer),
        ),
        answers=(answer,),
        figure=figure,
        judgement=judgement,
        picture=picture,
        in_short=() if figure else tuple(material.said_bars(picture)),
        picture_title=material.say(T("{measure}, median by municipality", measure=MEASURES["response"])),
        alternative=material.one_by_one(material.said_bars(picture)),
    )


def _longest_waits(material: Material, place: str) -> Slide:
    """Return within how much time nine in ten calls are answered in the one municipality that the zones hold."""
    filters = material.zone_filters
    comparison = material.ask("response_times/comparison", filters)
    row = comparison.table.set_index("statistic").loc["p90"]
    figure = material.figure(_nine_within(material), row, "seconds")
    judgement = material.judgement(row, "seconds")
    picture = _medians(material, comparison.table)
    return Slide(
        key="municipality",
        statement=material.say(
            T(
                "{place}: {statement}",
                place=place,
                statement=_in_a_sentence(material, LONGEST_WAITS[verdict_key(row)]),
            )
        ),
        counted=material.say(material.counted_text(filters, counted_calls(material))),
        note=(
            material.headed(T("Definition"), T("One call in ten takes longer than this.")),
            material.filter_note(filters),
            *calls_notes(material, filters),
            material.verdict_note(figure, judgement),
            material.source_note(comparison),
        ),
        answers=(comparison,),
        figure=figure,
        judgement=judgement,
        picture=filled(picture),
        picture_title=material.say(T("{measure}, before and after", measure=MEASURES["response"])),
        alternative=material.one_by_one(material.said_bars(picture)),
    )


def assistance_slide(material: Material) -> Slide | None:
    """Return whether the zones help each other more often, and who helped whom; None where that is not known."""
    filters = material.own_filters
    comparison = material.ask("mutual_assistance/comparison", filters)
    rows = comparison.table.set_index("statistic")
    helped = rows.loc["partner_sent"]
    if not (helped["before_count"] or helped["after_count"]):
        return None
    figure = material.figure(T("Another zone came along"), helped, "share")
    judgement = _judged_help(material, helped)
    own = rows.loc["own_sent"]
    flows = material.ask("mutual_assistance/flows", _same_calls(material, filters))
    directions = _directions(material, flows)
    picture = _help_by_direction(material, directions)
    return Slide(
        key="assistance",
        statement=material.of_place(filters, HELP[verdict_key(helped)]),
        counted=material.say(material.counted_text(filters, counted_calls(material))),
        note=(
            material.headed(
                T("Definition"),
                T("Another zone came along: at least one unit of another zone of the cooperation was sent."),
            ),
            material.filter_note(filters),
            material.headed(
                T("Number of calls"),
                T(
                    "Calls of which it is known whose units came: {before} before and {after} after.",
                    before=material.language.number(helped["before_count"]),
                    after=material.language.number(helped["after_count"]),
                ),
            ),
            material.headed(T("Who helped whom"), _calls_by_direction(material, directions)),
            material.headed(
                T("The own zone"),
                T(
                    "The own zone was there at {share} of the calls after the start.",
                    share=material.language.percent(known(own["after"]), 1),
                ),
            ),
            material.verdict_note(figure, judgement),
            material.source_note(comparison, flows),
        ),
        answers=(comparison, flows),
        figure=figure,
        judgement=judgement,
        picture=filled(picture),
        picture_title=material.say(_share_with_help(material)),
        alternative=material.one_by_one(material.said_bars(picture))
        if picture.categories
        else material.figure_text(figure),
    )


def half_within(material: Material) -> Text:
    """Return what a median is, of the calls that count unless somebody chooses others."""
    if Filters().counts_urgent_only(material.evidence.settings):
        return T("Half of the urgent calls within")
    return T("Half of the calls within")


def _nine_within(material: Material) -> Text:
    if Filters().counts_urgent_only(material.evidence.settings):
        return T("9 in 10 urgent calls within")
    return T("9 in 10 calls within")


def counted_calls(material: Material) -> Text:
    """Return which calls count unless somebody chooses others."""
    settings = material.evidence.settings
    is_usual = settings.population.origins == ("citizen_call",) and settings.population.urgent_only
    return URGENT if is_usual else EVERY_CALL


def response_definition() -> Text:
    """Return what a response time is."""
    return T("{measure}: {definition}.", measure=MEASURES["response"], definition=DEFINITIONS["response"])


def calls_notes(material: Material, filters: Filters) -> list[tuple[str, str]]:
    """Return the paragraphs on how many calls there are, how many lack a time, and which zones are left out."""
    language = material.language
    table = material.ask("response_times/headline", filters).table.set_index("phase").reindex(list(PHASES))
    measured = {phase: language.number(known(table.loc[phase, "measured_count"])) for phase in PHASES}
    missing = {
        phase: language.percent(known(table.loc[phase, "missing_arrival_share"]), 1) for phase in PHASES
    }
    notes = [
        material.headed(
            T("Number of calls"),
            T("Calls with a known time: {before} before and {after} after.", **measured),
        ),
        material.headed(T("Missing"), T("Without arrival: {before} before and {after} after.", **missing)),
    ]
    if (later := later_zones_text(material.evidence, filters, language)) is not None:
        notes.append(material.headed(T("Zones that are not counted"), later))
    return notes


def _months(material: Material, filters: Filters) -> Lines | None:
    table = material.ask("response_times/monthly", filters).table
    if table.empty:
        return None
    start = material.evidence.start(filters)
    minimum = material.evidence.settings.comparison.minimum_shown
    enough = table["median_seconds"].where(table["measured_count"] >= minimum)
    shown = pd.Series(enough.to_numpy(dtype="float64"), index=pd.to_datetime(table["month"]))
    # Months without calls are there too, or the line would run faster through quiet years.
    whole = shown.reindex(pd.date_range(shown.index.min(), shown.index.max(), freq="MS"))
    if whole.notna().mean() < LEAST_SHOWN_MONTHS:
        return None
    months = tuple(month.date() for month in whole.index)
    is_before = [month < start.replace(day=1) for month in months]
    return Lines(
        months=months,
        series=tuple(
            Series(
                material.say(phase_text(phase)),
                phase,
                tuple(
                    known(value) if before == (phase == "before") else None
                    for value, before in zip(whole, is_before, strict=True)
                ),
            )
            for phase in PHASES
        ),
        unit="duration",
        start=start,
        start_label=material.say(T("start {date}", date=material.language.date(start))),
    )


def _said_months(material: Material, picture: Lines | Bars) -> str:
    """Return between which months each line of a picture lies, or every bar."""
    if isinstance(picture, Bars):
        return material.one_by_one(material.said_bars(picture))
    drawn = [series for series in picture.series if any(value is not None for value in series.values)]
    return material.one_by_one([_said_line(material, picture, series) for series in drawn])


def _said_line(material: Material, lines: Lines, series: Series) -> str:
    months = sorted(
        (value, month) for value, month in zip(series.values, lines.months, strict=True) if value is not None
    )
    (lowest, of_lowest), (highest, of_highest) = months[0], months[-1]
    language = material.language
    return material.say(
        T(
            "{name}: between {low} ({of_low}) and {high} ({of_high}) a month",
            name=series.name,
            low=written(lowest, lines.unit, language),
            of_low=language.month(of_lowest),
            high=written(highest, lines.unit, language),
            of_high=language.month(of_highest),
        )
    )


def _gaps_text(material: Material, picture: Lines | Bars) -> str:
    """Return why months are empty in a picture, "" where none is."""
    if isinstance(picture, Bars) or all(
        any(v is not None for v in month)
        for month in zip(*(one.values for one in picture.series), strict=True)
    ):
        return ""
    minimum = material.evidence.settings.comparison.minimum_shown
    return material.say(
        T("Empty: months of fewer than {count} calls.", count=material.language.number(minimum))
    )


def _medians(material: Material, comparison: pd.DataFrame) -> Bars:
    rows = comparison.set_index("statistic")
    return Bars(
        categories=(material.say(half_within(material)), material.say(_nine_within(material))),
        series=tuple(
            Series(
                material.say(phase_text(phase)),
                phase,
                (known(rows.loc["median", phase]), known(rows.loc["p90", phase])),
            )
            for phase in PHASES
        ),
        unit="duration",
    )


def _chosen(material: Material, table: pd.DataFrame) -> pd.Series | None:
    """Return the row of the one municipality that was chosen."""
    if len(material.filters.municipality_nis) != 1:
        return None
    rows = table[table["municipality_nis"] == material.filters.municipality_nis[0]]
    return None if rows.empty else rows.iloc[0]


def _of_municipality(
    material: Material, row: pd.Series | None, names: Mapping[str, str]
) -> tuple[Figure | None, Judgement | None]:
    if row is None:
        return None, None
    figure = material.figure(half_within(material), row, "seconds")
    said = T(
        "{place}: {statement}",
        place=names[row["municipality_nis"]],
        statement=_in_a_sentence(material, figure.label),
    )
    return replace(figure, label=material.say(said)), material.judgement(row, "seconds")


def _in_a_sentence(material: Material, text: Text | str) -> str:
    said = material.say(text)
    return f"{said[:1].lower()}{said[1:]}"


def _municipalities_text(material: Material, table: pd.DataFrame, names: Mapping[str, str]) -> str:
    places: dict[str, list[str]] = {}
    for row in table.to_dict("records"):
        places.setdefault(material.say(verdict_of_row(row)), []).append(names[row["municipality_nis"]])
    return material.one_by_one(
        [
            material.say(T("{place}: {verdict}", place=material.language.join(of_verdict), verdict=verdict))
            for verdict, of_verdict in places.items()
        ]
    )


def _counted_names(material: Material, table: pd.DataFrame, said: list[str]) -> tuple[str, ...]:
    number = material.language.number
    return tuple(
        material.say(
            T(
                "{said} ({before} calls before, {after} after)",
                said=one,
                before=number(row["before_count"]),
                after=number(row["after_count"]),
            )
        )
        for one, row in zip(said, table.to_dict("records"), strict=True)
    )


def _calls_by_municipality(material: Material, table: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    number = material.language.number
    return [
        material.say(
            T(
                "{place}: {before} before and {after} after",
                place=names[row["municipality_nis"]],
                before=number(row["before_count"]),
                after=number(row["after_count"]),
            )
        )
        for row in table.to_dict("records")
    ]


def _judged_help(material: Material, helped: pd.Series) -> Judgement:
    judgement = material.judgement(helped, "share")
    if "completeness_changed" not in helped["reasons"]:
        return judgement
    others = reasons_text((r for r in helped["reasons"] if r != "completeness_changed"), material.language)
    said = T("Of many more or fewer calls than before it is known whose units came.")
    said = said if others is None else T("{said} {more}", said=said, more=others)
    return replace(judgement, explanation=material.say(said))


def _share_with_help(material: Material) -> Text:
    if counted_calls(material) is URGENT:
        return T("Share of the urgent calls from citizens to which help came")
    return T("Share of the calls to which help came")


def _same_calls(material: Material, filters: Filters) -> Filters:
    """Return the choice for the calls of the comparison: by itself who helped whom counts all work of a zone."""
    settings = material.evidence.settings
    return filters.with_(
        priority=filters.priorities(settings) or (EVERYONE,), origin=filters.origins(settings) or (EVERYONE,)
    )


def _directions(material: Material, answer: Answer) -> pd.DataFrame:
    """Return by direction and phase how many calls had help, of how many, and the share; all kinds of work together."""
    counts = ["intervention_count", "partner_known_count"]
    ways = ["from_zone_code", "to_zone_code", "phase"]
    # Where the export does not name the zone that helped there is a direction too, or help would be lost.
    table = answer.table.assign(from_zone_code=answer.table["from_zone_code"].fillna(UNNAMED_ZONE))
    summed = table.groupby(ways, sort=False)[counts].sum()
    return summed.assign(share=summed["intervention_count"] / summed["partner_known_count"]).reset_index()


def _help_by_direction(material: Material, directions: pd.DataFrame) -> Bars:
    shares = directions.set_index(["from_zone_code", "to_zone_code", "phase"])["share"]
    ways = list(dict.fromkeys(zip(directions["from_zone_code"], directions["to_zone_code"], strict=True)))
    return Bars(
        categories=tuple(_direction(material, *way) for way in ways),
        series=tuple(
            Series(
                material.say(phase_text(phase)),
                phase,
                tuple(known(shares.get((*way, phase))) for way in ways),
            )
            for phase in PHASES
        ),
        unit="percent",
    )


def _calls_by_direction(material: Material, directions: pd.DataFrame) -> str:
    number = material.language.number
    counts = directions.set_index(["from_zone_code", "to_zone_code", "phase"])
    ways = list(dict.fromkeys(zip(directions["from_zone_code"], directions["to_zone_code"], strict=True)))
    said = []
    for way in ways:
        sides = {
            phase: material.say(
                T(
                    "{part} of {whole}",
                    part=number(known(counts["intervention_count"].get((*way, phase)))),
                    whole=number(known(counts["partner_known_count"].get((*way, phase)))),
                )
            )
            for phase in PHASES
        }
        said.append(
            material.say(
                T("{place}: {before} before and {after} after", place=_direction(material, *way), **sides)
            )
        )
    return material.say(T("{said}.", said=material.one_by_one(said)))


def _direction(material: Material, helper: str, helped: str) -> str:
    names: dict[str, Text | str] = {UNNAMED_ZONE: T("unknown zone")}
    names |= zone_names(material.evidence, material.language)
    return material.say(T("{helper} helped {helped}", helper=names.get(helper, helper), helped=names[helped]))

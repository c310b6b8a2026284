"""What the page on method explains, in words: every value in them comes from the settings or from the code."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cooperation.answers.three_steps import HARMONICS
from cooperation.language import TN, Language, T, Text
from cooperation.screen import words
from cooperation.settings import Settings
from cooperation.statistics.control_chart import LIMIT_FACTOR, RANGE_FACTOR, RUN_LENGTH
from cooperation.statistics.design_effect import MARGIN, MINIMUM_MONTH_PAIRS

# The parts of the page in their order: the name in the link, and the title.
SECTIONS: Mapping[str, Text] = {
    "clocks": T("What is measured"),
    "counted": T("Who is counted"),
    "norms": T("Which norms hold"),
    "sides": T("What before and after are"),
    "figures": T("How to read a figure"),
    "steps": T("How a difference is checked"),
    "verdicts": T("How a verdict is reached"),
    "example": T("One verdict, step by step"),
    "thresholds": T("Every threshold in force"),
    "rules": T("What happens to a line that cannot be right"),
    "limits": T("What the data cannot tell"),
    "sources": T("Where everything comes from"),
    "files": T("The tables of this page as files"),
}
THRESHOLDS: Mapping[str, Text] = {
    "comparison.most_years": T("Years on each side of the start, at most"),
    "comparison.confidence": T("Certainty of every margin"),
    "comparison.power": T("Chance that the smallest change that could be shown is found"),
    "comparison.minimum_shown": T("Calls a side before a figure is shown"),
    "comparison.minimum_verdict_median": T("Calls a side for a verdict on the median"),
    "comparison.minimum_verdict_p90": T("Calls a side for a verdict on the P90"),
    "comparison.minimum_verdict_share": T("Calls a side for a verdict on the share within the norm"),
    "comparison.relevant_seconds": T("Smallest difference in time that is called faster or slower"),
    "comparison.relevant_share": T("Smallest difference in a share that is called higher or lower"),
    "comparison.largest_missing_change": T(
        "Largest change in the share of missing times with which the sides are compared"
    ),
    "comparison.largest_left_out": T("Largest share of calls that the correction for the mix may leave out"),
    "comparison.minimum_months_before": T("Months before the start for a trend"),
    "comparison.minimum_months_after": T("Months after the start for a trend"),
    "costs.minimum_verdict_years": T("Years a side for a verdict on costs"),
    "costs.relevant_change": T("Smallest change of the yearly cost that is called lower or higher"),
    "activities.minimum_verdict_years": T("Years a side for a verdict on an activity"),
    "activities.relevant_change": T("Smallest change of an activity that is called lower or higher"),
    "activities.minimum_count": T("Smallest count that is shown, where an indicator names none of its own"),
    "plausible.earliest_received": T("First day that a call can have"),
    "plausible.latest_received": T("Last day that a call can have"),
    "plausible.longest_response_seconds": T("Longest response time that can be"),
    "plausible.earliest_date": T("First day of bookings, purchases, keys and activities"),
    "plausible.latest_date": T("Last day of bookings, purchases, keys and activities"),
    "plausible.largest_amount_eur": T("Largest amount that can be"),
    "plausible.longest_lifetime_years": T("Longest lifetime of a purchase that can be"),
    "plausible.largest_quantity": T("Largest quantity of a line of activities that can be"),
}
QUESTIONS: Mapping[str, Text] = {
    "comparable": T("May the two periods be compared?"),
    "enough_calls": T("Are there enough calls on both sides?"),
    "enough_months": T("Are there enough months to match?"),
    "clear_of_zero": T("Does the margin of the difference leave out zero?"),
    "large_enough": T("Is the difference large enough to matter?"),
}
CLOCK_NOTES = (
    T(
        "The parts do not add up to the whole: each has its own median, and the unit that was sent first need not"
        " arrive first."
    ),
    T("Travel time and response time are never mixed: response time begins at the call."),
)
LIMITS = (
    T(
        "Why something changed. Other things than the cooperation may have changed on the same day; the dashboard"
        " says what changed, never what it is due to."
    ),
    T("What happened at calls for which no time was recorded."),
    T("Whether the help was better; only whether it came sooner."),
    T("What would have happened without the cooperation: a trend carried on remains an assumption."),
    T("A small change in a small zone: there, one slow night moves the slowest tenth of the calls."),
)
SOURCES = (
    T("Calls, units, costs and activities: the exports of the zones, each line kept with its file."),
    T("Zones, start, priorities, norms and thresholds: the settings file data/cooperation.toml."),
    T("Municipalities and inhabitants: Statbel."),
    T(
        "Price index: yearly means compiled from monthly values in secondary sources, to be replaced by Statbel's own."
    ),
    T("COVID months, mergers and other events: the file data/reference/events.csv, each with its source."),
    T("The 13 minutes for travel: the inspectorate of police, 2009."),
)


@dataclass(frozen=True)
class Term:
    """A word of the screens and what it means."""

    word: Text
    meaning: Text


def counted_text(settings: Settings, language: Language) -> Text:
    """Return who is counted unless a reader chooses otherwise."""
    names = words.names_of_priorities(settings, language)
    origins = settings.population.origins or tuple(words.ORIGINS)
    return T(
        "Unless a reader chooses otherwise, these count: {origins}, priority {priorities}."
        " Own initiative and planned work stand apart: nobody waits for them, so their response time means nothing.",
        origins=language.join([words.ORIGINS_IN_A_SENTENCE[origin] for origin in origins]),
        priorities=language.join([names[code] for code in settings.default_priorities or tuple(names)]),
    )


def side_texts(settings: Settings, language: Language) -> tuple[Text, ...]:
    """Return which months are before and after, and on which borders."""
    years = TN("{count} year", "{count} years", settings.comparison.most_years)
    return (
        T(
            "Before is what lies before the day a zone joined, after is what lies from that day on. Only whole months"
            " count, the same calendar months on both sides, so that no winter is compared with a summer; at most"
            " {years} a side.",
            years=years,
        ),
        T(
            "In the months with COVID measures there were fewer calls, and other ones. They can be left out on both"
            " sides; the same calendar months of the other side then fall away too."
        ),
        T(
            "Municipalities that merged are shown on the borders of today in all years; where the data allow it, a"
            " reader can choose those of before the merger."
        ),
    )


def figure_terms(settings: Settings, language: Language) -> tuple[Term, ...]:
    """Return how each kind of figure is read."""
    thresholds = settings.comparison
    return (
        Term(
            T("Median"),
            T(
                "Half of the calls took this long or less. One very long call does not move it, so it decides the"
                " headline."
            ),
        ),
        Term(
            T("9 in 10 within (P90)"),
            T(
                "Nine in ten calls took this long or less: it tells how the slowest calls fare. It takes more calls"
                " than a median to be sure of."
            ),
        ),
        Term(
            T("Share within the norm"),
            T("Of the calls with a known time and a norm, the part that kept within it."),
        ),
        Term(
            T("Calls and missing times"),
            T(
                "A call without a known time counts as a call and not in the figures. What share they are stands"
                " with the figures, before and after."
            ),
        ),
        Term(
            T("Margin (between … and …)"),
            T(
                "The range in which the true figure lies with {confidence} certainty. The fewer the calls, the wider"
                " it is; where there are too few for an end of the range, there is none.",
                confidence=percent_text(thresholds.confidence, language),
            ),
        ),
        Term(
            T("Design effect"),
            T(
                "Snow or roadworks slow down a whole month, so the calls of a month say less than as many calls that"
                " have nothing to do with each other. A margin is widened by what the months differ more than chance"
                " makes them; it is never narrowed."
            ),
        ),
        Term(
            T("Smallest change that could be shown"),
            T(
                "A true change of this size would have been found with a chance of {power}. Without it, nobody could"
                " tell whether nothing changed or too little was seen.",
                power=percent_text(thresholds.power, language),
            ),
        ),
    )


def step_terms(settings: Settings, language: Language) -> tuple[Term, ...]:
    """Return how a difference is checked, from as measured to confirmed."""
    thresholds = settings.comparison
    bands = [
        T(
            "{name} from {hour}",
            name=band.name.in_language(language.code),
            hour=language.hour(band.from_hour),
        )
        for band in settings.hour_bands
    ]
    return (
        Term(
            T("1. As measured"),
            T("The figure after less the figure before, with its margin. This step decides the verdict."),
        ),
        Term(
            T("2. With the same mix of calls"),
            T(
                "With more calls at night or from far away a figure rises although nobody drove slower. So both sides"
                " are brought to one mix of priority, municipality, time of day ({bands}) and weekend. Not given where"
                " more than {share} of the calls of a side are of a kind that the other side lacks.",
                bands=language.join(bands),
                share=percent_text(thresholds.largest_left_out, language),
            ),
        ),
        Term(
            T("3. Against the trend that was there already"),
            T(
                "Perhaps it was getting faster before the start too. The trend and the seasons of the months before"
                " are carried on; what counts is the step at the start beyond them. It takes {before} before the start"
                " and {after} after it.",
                before=TN("{count} month", "{count} months", thresholds.minimum_months_before),
                after=TN("{count} month", "{count} months", thresholds.minimum_months_after),
            ),
        ),
        Term(
            T("Invented starts"),
            T(
                "The same is reckoned for starts that never were, in months when nothing happened. Where those steps"
                " are often as large, the real one says little."
            ),
        ),
        Term(
            T("Control chart"),
            T(
                "The months before the start set the limits: their middle, and how much one month differs from the"
                " next. A month outside them is out of the ordinary, and so are {count} months in a row on one side.",
                count=language.number(RUN_LENGTH),
            ),
        ),
        Term(
            T("Confirmed or not"),
            T(
                "Confirmed: steps 2 and 3 point the same way, with margins that leave out zero. Partly: one of them"
                " does. Not confirmed: neither does, or one clearly points the other way."
            ),
        ),
    )


def verdict_terms(settings: Settings, language: Language) -> tuple[tuple[tuple[str, ...], Text], ...]:
    """Return the verdicts in the order in which they are tried: their codes, and when they are given."""
    thresholds = settings.comparison
    return (
        (
            ("not_comparable",),
            T(
                "The two sides do not hold the same calendar months, the share of missing times changed by more than"
                " {points}, what is recorded changed in between, or the zones joined on different days. Then the"
                " figures are not even looked at.",
                points=points_text(thresholds.largest_missing_change, language),
            ),
        ),
        (
            ("too_few_data",),
            T(
                "A side has too few calls (fewer than {median} for the median, {p90} for the P90, {share} for the share"
                " within the norm), there are fewer than {months} months to match, or too few calls for a margin.",
                median=language.number(thresholds.minimum_verdict_median),
                p90=language.number(thresholds.minimum_verdict_p90),
                share=language.number(thresholds.minimum_verdict_share),
                months=language.number(MINIMUM_MONTH_PAIRS),
            ),
        ),
        (
            ("faster", "slower"),
            T(
                "The margin of the difference leaves out zero, and the difference is at least {seconds}. A share is"
                " called higher or lower from {points} on.",
                seconds=language.duration(thresholds.relevant_seconds),
                points=points_text(thresholds.relevant_share, language),
            ),
        ),
        (
            ("no_demonstrable_difference",),
            T(
                "In every other case, with the smallest change that these data could have shown. It does not say that"
                " nothing changed."
            ),
        ),
    )


def verdict_notes(settings: Settings, language: Language) -> tuple[Text, ...]:
    """Return what a reader of many verdicts, or of one on costs, should know."""
    return (
        T(
            "Of all verdicts, up to {share} can be due to chance. So the headline was fixed in advance and is never"
            " the best of many: the median of the response time, of the calls that count unless a reader chooses"
            " otherwise.",
            share=percent_text(1 - settings.comparison.confidence, language),
        ),
        T(
            "Costs are judged in the same order, as lower or higher: from {years} a side, and from a change of {share}"
            " on.",
            years=TN("{count} year", "{count} years", settings.costs.minimum_verdict_years),
            share=percent_text(settings.costs.relevant_change, language),
        ),
        T(
            "So are the activities of the eleven fields: from {years} a side, and from a change of {share} on;"
            " of shares and percentages of {points}.",
            years=TN("{count} year", "{count} years", settings.activities.minimum_verdict_years),
            share=percent_text(settings.activities.relevant_change, language),
            points=points_text(settings.comparison.relevant_share, language),
        ),
    )


def statistician_texts(language: Language) -> tuple[Text, ...]:
    """Return the methods by name, with their literature."""
    return (
        T("Quantiles are of type 7 (Hyndman & Fan 1996), exact and never approximated."),
        T(
            "The margin of a quantile is its order-statistic interval (Hahn & Meeker 1991); that of a difference"
            " is made from the two by recovery of variance estimates (Zou & Donner 2008). For shares: Newcombe's"
            " hybrid score interval (1998)."
        ),
        T(
            "The design effect (Kish 1965) compares the spread of matched months with what chance gives, times the"
            " squared ratio of the t and normal quantiles, times {margin}, and is never below 1. It widens the interval"
            " in ranks.",
            margin=language.number(MARGIN, 1),
        ),
        T(
            "The correction for the mix is direct standardisation (Fleiss, Levin & Paik 2003) to the two sides pooled;"
            " a quantile is taken of the reweighted calls."
        ),
        T(
            "The trend is a segmented regression on months (Wagner et al. 2002; Lopez Bernal et al. 2017): level and"
            " slope change centred at the start, {harmonics} pairs of harmonics, months weighted by calls, a step for"
            " the COVID months, Newey-West errors (1987) with lag floor(4(n/100)^(2/9)), with the bias and degrees of"
            " freedom of Bell & McCaffrey (2002) and Imbens & Kolesar (2016).",
            harmonics=language.number(HARMONICS),
        ),
        T(
            "Invented starts are placebos in time (Abadie, Diamond & Hainmueller 2015): a picture, not a test."
        ),
        T(
            "The control chart is an XmR chart with limits frozen on the months before (Wheeler 2003): mean ±"
            " {limit} mean moving ranges, ranges above {range} times their mean left out first.",
            limit=language.number(LIMIT_FACTOR, 2),
            range=language.number(RANGE_FACTOR, 3),
        ),
        T(
            "The smallest change that could be shown follows from the width of the interval, by the normal"
            " approximation (Cohen 1988)."
        ),
    )


def percent_text(share: float, language: Language) -> str:
    """Return a share of the settings as a percentage, with a decimal only where it needs one."""
    return language.percent(share, _decimals(share))


def points_text(share: float, language: Language) -> str:
    """Return a change of a share in percentage points, with a decimal only where it needs one."""
    return language.points(share, _decimals(share))


def _decimals(share: float) -> int:
    return 0 if math.isclose(share, round(share, 2), abs_tol=1e-9) else 1

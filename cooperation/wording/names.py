"""The names of codes: measures, origins, zones, municipalities."""

from collections.abc import Mapping

from cooperation.answers.answer import Evidence
from cooperation.language import Language, T, Text
from cooperation.settings import Settings

MEASURES: Mapping[str, Text] = {
    "response": T("Response time"),
    "call_handling": T("Call handling"),
    "turnout": T("Turnout time"),
    "travel": T("Travel time"),
    "on_scene": T("Time on the scene"),
}
MEASURES_IN_A_SENTENCE: Mapping[str, Text] = {
    "response": T("response time"),
    "call_handling": T("call handling"),
    "turnout": T("turnout time"),
    "travel": T("travel time"),
    "on_scene": T("time on the scene"),
}
DEFINITIONS: Mapping[str, Text] = {
    "response": T("from the call to the arrival of the first unit"),
    "call_handling": T("from the call to the first dispatch"),
    "turnout": T("from dispatch to departure of the unit that arrives first"),
    "travel": T(
        "from departure to arrival of the unit that arrives first; from dispatch where no departure is known"
    ),
    "on_scene": T("from the first arrival until the last unit is free"),
}
STATISTICS: Mapping[str, Text] = {
    "median": T("Median"),
    "p90": T("9 in 10 within (P90)"),
    "share_within_norm": T("Within the norm"),
}
CONFIRMATIONS: Mapping[str, Text] = {
    "confirmed": T("confirmed"),
    "partly": T("partly"),
    "not_confirmed": T("not confirmed"),
    "not_available": T("not checked"),
}
ORIGINS_IN_A_SENTENCE: Mapping[str, Text] = {
    "citizen_call": T("calls from citizens"),
    "own_initiative": T("own initiative"),
    "planned": T("planned work"),
}
ORIGINS: Mapping[str, Text] = {
    "citizen_call": T("Calls from citizens"),
    "own_initiative": T("Own initiative"),
    "planned": T("Planned work"),
}


def priority_names(evidence: Evidence, language: Language) -> dict[str, str]:
    """Return "0 levensbedreigend" and its like by priority code."""
    return names_of_priorities(evidence.settings, language)


def names_of_priorities(settings: Settings, language: Language) -> dict[str, str]:
    """Return what `priority_names` does, also where there are settings and no exports yet."""
    return {
        priority.code: f"{priority.code} {priority.name.in_language(language.code)}"
        for priority in settings.priorities
    }


def hour_band_names(evidence: Evidence, language: Language) -> dict[str, str]:
    """Return the parts of the day by their code."""
    return {band.code: band.name.in_language(language.code) for band in evidence.settings.hour_bands}


def zone_names(evidence: Evidence, language: Language) -> dict[str, str]:
    """Return the zones' names by their code."""
    return names_of_zones(evidence.settings, language)


def names_of_zones(settings: Settings, language: Language) -> dict[str, str]:
    """Return what `zone_names` does, also where there are settings and no exports yet."""
    return {zone.code: zone.name.in_language(language.code) for zone in settings.zones}


def municipality_names(evidence: Evidence, language: Language) -> dict[str, str]:
    """Return the municipalities' names by NIS code; one that merged says until when it existed."""
    names = {}
    for row in evidence.municipalities.itertuples():
        name = row.name_fr if language.code == "fr" else row.name_nl
        ended = row.merged_into_nis == row.merged_into_nis and row.merged_into_nis is not None
        names[row.nis_code] = (
            language.say(T("{name} (until {year})", name=name, year=str(row.valid_until)[:4]))
            if ended
            else name
        )
    return names

"""What the dictionary says of a column, with what the settings of this installation decide filled in."""

from cooperation.language import LANGUAGES, Language, T, speak
from cooperation.settings import Name, Settings
from cooperation.warehouse.dictionary import ColumnEntry

HOUR_BANDS = "{hour_bands}"


def meaning(entry: ColumnEntry, settings: Settings) -> Name:
    """Return the meaning of a column in the three languages, its parts of the day with their hours."""
    said = {code: entry.meaning.in_language(code) for code in LANGUAGES}
    if not any(HOUR_BANDS in text for text in said.values()):
        return entry.meaning
    return Name(
        **{code: text.replace(HOUR_BANDS, _bands(settings, speak(code))) for code, text in said.items()}
    )


def _bands(settings: Settings, language: Language) -> str:
    bands = sorted(settings.hour_bands, key=lambda band: band.from_hour)
    ends = [*bands[1:], *bands[:1]]
    return language.join(
        [
            T(
                "{band} from {first} to {until}",
                band=_named(band.code, band.name.in_language(language.code)),
                first=language.hour(band.from_hour),
                until=language.hour(end.from_hour),
            )
            for band, end in zip(bands, ends, strict=True)
        ]
    )


def _named(code: str, name: str) -> str:
    """Return a code with its name, where that is another word."""
    return code if code == name else f"{code} ({name})"

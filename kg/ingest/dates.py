"""Dates as precise as they are written: "März 2021" is a month, not its first day."""

import re
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from kg.model import DatePrecision, PartialDate

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_ISO = re.compile(
    r"(?P<day>\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[T ](?P<time>\d\d:\d\d)(?P<second>:\d\d)?(?:[.,]\d+)?\s?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MAX_LENGTH = 60  # the longest is "Mittwoch, den 27. September 2023 um 12:30:00 Uhr MESZ"
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_ISO_LENGTHS = {4: DatePrecision.YEAR, 7: DatePrecision.MONTH, 10: DatePrecision.DAY}


def parse_date(text: str) -> PartialDate | None:
    """Read a date in German or English words or in figures.

    Nothing is filled in: a date without a year, or one relative to today, is not understood. A slashed date whose day
    and month could be exchanged ("03/05/2024" is March in New York, May in London) is known only to its year.

    Returns:
        The date with its precision, or None where the text is not an absolute date.
    """
    text = " ".join(text.split())
    return _from_figures(text) or _from_words(text)


def _from_figures(text: str) -> PartialDate | None:
    if match := _ISO.fullmatch(text):
        return _from_iso(match)
    if match := _BASIC.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _DAY_FIRST.fullmatch(text):
        return _day(match[3], match[2], match[1])
    if match := _SLASHED.fullmatch(text):
        first, second, year = match.groups()
        if first == second or int(first) > 12 or int(second) > 12:
            month, day = (second, first) if int(first) > 12 else (first, second)
            return _day(year, month, day)
        return PartialDate(value=year, precision=DatePrecision.YEAR)
    return None


def _from_iso(match: re.Match[str]) -> PartialDate | None:
    day = match["day"]
    year, month, day_of_month = (*day.split("-"), "1", "1")[:3]
    if _day(year, month, day_of_month) is None:
        return None
    if match["time"] is None or len(day) < 10:
        return PartialDate(value=day, precision=_ISO_LENGTHS[len(day)])
    zone = match["zone"] or ""
    zone = f"{zone[:3]}:{zone[-2:]}" if zone and zone != "Z" else zone
    value = f"{day}T{match['time']}{match['second'] or ':00'}{zone}"
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return None
    return PartialDate(value=value, precision=DatePrecision.SECOND)


def _day(year: str, month: str, day: str) -> PartialDate | None:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return PartialDate(value=value.isoformat(), precision=DatePrecision.DAY)


def _from_words(text: str) -> PartialDate | None:
    if len(text) > _MAX_LENGTH or not re.search(r"\d{4}", text) or not re.search(r"[^\W\d_]{3}", text):
        return None
    found = _parser().get_date_data(text)
    if found.date_obj is None:
        return None
    moment: datetime = found.date_obj
    if found.period in ("year", "month"):
        length = 4 if found.period == "year" else 7
        return PartialDate(value=moment.date().isoformat()[:length], precision=DatePrecision(found.period))
    if _CLOCK.search(text):
        return PartialDate(value=moment.isoformat(timespec="seconds"), precision=DatePrecision.SECOND)
    return PartialDate(value=moment.date().isoformat(), precision=DatePrecision.DAY)


@cache
def _parser() -> "DateDataParser":
    from dateparser.date import DateDataParser

    settings = {
        "REQUIRE_PARTS": ["year"],
        "PARSERS": ["absolute-time"],
        "PREFER_DAY_OF_MONTH": "first",
        "PREFER_MONTH_OF_YEAR": "first",
        "DATE_ORDER": "DMY",
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    return DateDataParser(languages=["de", "en"], settings=settings)

"""What an article's text says about its own making: bylines, datelines, credits of outlet and agency.

The patterns are those of ``kg.bylines``; this module says where in the text each kind is looked for.
"""

import re
from collections.abc import Iterable, Iterator

from kg.bylines import BylineRules, load_byline_patterns, load_byline_rules
from kg.ingest.dates import parse_date
from kg.model import PartialDate, Record, Text

# A byline stands above the text, a credit below it; "between" is where neither is looked for
_N_OPENING = 4
_N_CLOSING = 3


class Byline(Record):
    """What the text tells about its outlet, authors, date and agency."""

    publisher: Text | None = None
    authors: tuple[Text, ...] = ()
    published: PartialDate | None = None
    agencies: tuple[Text, ...] = ()


def read_byline(paragraphs: tuple[str, ...], language: str) -> Byline:
    """Read bylines, datelines and credits.

    Args:
        paragraphs: the text, headline first.
        language: ISO 639-1 code, decides the patterns.

    Returns:
        What was found; empty fields for what was not. Where two paragraphs tell the same thing, the first counts;
        authors are collected.
    """
    rules = load_byline_rules(language)
    publisher: str | None = None
    published: PartialDate | None = None
    authors: list[str] = []
    agencies: list[str] = []
    for match in _matches(paragraphs, language):
        groups = {key: value.strip() for key, value in match.groupdict().items() if value}
        publisher = publisher or groups.get("publisher")
        published = published or parse_date(groups.get("date", ""))
        authors.extend(_split_names(groups.get("authors", ""), rules))
        agencies.extend(_split_agencies(groups.get("agency", ""), rules))
    return Byline(
        publisher=publisher,
        authors=tuple(dict.fromkeys(authors)),
        published=published,
        agencies=tuple(dict.fromkeys(agencies)),
    )


def _matches(paragraphs: tuple[str, ...], language: str) -> Iterator[re.Match[str]]:
    patterns = load_byline_patterns(language)
    for paragraph in paragraphs[:_N_OPENING]:
        yield from _first(pattern.fullmatch(paragraph) for pattern in patterns.bylines)
        yield from _first(pattern.match(paragraph) for pattern in patterns.datelines)
    closing = paragraphs[max(1, len(paragraphs) - _N_CLOSING) :]
    for paragraph in closing:
        yield from _first(pattern.fullmatch(paragraph.strip("()[] ")) for pattern in patterns.credits)
    if closing:
        yield from _first([patterns.end_credit.search(closing[-1])])


def _first(matches: Iterable[re.Match[str] | None]) -> Iterator[re.Match[str]]:
    found = next((match for match in matches if match), None)
    if found:
        yield found


def _split_names(names: str, rules: BylineRules) -> list[str]:
    joint = "|".join(rf"\s{word}\s" for word in rules.and_words)
    return [name.strip() for name in re.split(rf",\s|\s?/\s?|{joint}", names) if name.strip()]


def _split_agencies(signs: str, rules: BylineRules) -> list[str]:
    """Return the agencies in "dpa/AFP" or "mit dpa, tho". An author's sign beside a known agency is not one."""
    words = [word for word in re.split(r"[/, ]+", signs) if word and word.lower() not in rules.agency_fillers]
    known = {agency.lower() for agency in rules.agencies}
    agencies = [word for word in words if word.lower() in known]
    return agencies or ([" ".join(words)] if words and "/" not in signs and "," not in signs else [])

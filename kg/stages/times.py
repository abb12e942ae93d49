"""Times that the text names, worked out against the day of publication; when a claim was made and in which publication."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from spacy.tokens import Doc, Token

from kg.found import Attribution, Found, TokenSpan
from kg.lang import load_rules
from kg.model import ClaimType, DatePrecision, Document, PartialDate, Passage, TimeReference
from kg.nouns import load_noun_classes
from kg.stages import Stage

_ISO_DAY_LENGTH = 10
_DAYS_PER_WEEK = 7
_SPECIFIERS = {"det", "det:poss", "nmod:poss", "amod", "nmod", "compound"}


class TimeRules(BaseModel):
    """Patterns and words for times of one language; see the comments in ``kg/lang/times.de.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    absolute: tuple[str, ...]
    weekday: tuple[str, ...]
    publication_classes: frozenset[str]
    views: frozenset[str]
    ago: tuple[str, ...]
    numbers: dict[str, int]
    units: dict[str, Literal["day", "week", "month", "year"]]
    relative: dict[str, int]
    relative_periods: dict[str, tuple[Literal["week", "month", "year"], int]]


@dataclass(frozen=True)
class _Patterns:
    times: re.Pattern[str]
    months: dict[str, int]
    weekdays: dict[str, int]


@cache
def _load(language: str) -> TimeRules:
    return load_rules("times", language, TimeRules)


@cache
def _patterns(language: str) -> _Patterns:
    from babel import Locale

    locale = Locale(language)
    months = {
        name.lower().rstrip("."): number
        for width in ("wide", "abbreviated")
        for number, name in locale.months["format"][width].items()
    }
    weekdays = {name.lower(): number for number, name in locale.days["format"]["wide"].items()}
    rules = _load(language)
    fields = {
        "day": r"(?P<day>0?[1-9]|[12]\d|3[01])",
        "month": rf"(?P<month>{'|'.join(sorted(map(re.escape, months), key=len, reverse=True))})",
        "year": r"(?P<year>1[6-9]\d\d|20\d\d)",
        "weekday": rf"(?P<weekday>{'|'.join(weekdays)})",
        "numday": r"(?P<numday>\d{1,2})",
        "nummonth": r"(?P<nummonth>\d{1,2})",
    }
    fields["ago"] = rf"(?P<ago>\d{{1,2}}|{'|'.join(rules.numbers)})"
    fields["unit"] = rf"(?P<unit>{'|'.join(sorted(rules.units, key=len, reverse=True))})"
    alternatives = [pattern.format(**fields) for pattern in (*rules.absolute, *rules.ago, *rules.weekday)]
    phrases = sorted((*rules.relative, *rules.relative_periods), key=len, reverse=True)
    alternatives.append(f"(?P<phrase>{'|'.join(map(re.escape, phrases))})")
    # one named group may stand in one pattern only, so number them
    numbered = [re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{index}>", pattern) for index, pattern in enumerate(alternatives)]
    return _Patterns(re.compile(rf"(?<![\w-])(?:{'|'.join(numbered)})(?![\w-])", re.IGNORECASE), months, weekdays)


def is_calendar_word(word: str, language: str) -> bool:
    """Tell whether a word is the name of a month or of a day of the week."""
    patterns = _patterns(language)
    return word.lower() in patterns.months or word.lower() in patterns.weekdays


def find_times(doc: Doc, span: TokenSpan, document: Document) -> Iterator[TimeReference]:
    """Find the times named within a span of tokens, in text order.

    A weekday is the last such day up to the day of publication; without a day of publication relative times have no date.
    """
    tokens = doc[span.start : span.end]
    if not len(tokens):
        return
    patterns = _patterns(document.language)
    for match in patterns.times.finditer(tokens.text):
        start = tokens.start_char + match.start()
        fields = {name.rsplit("_", 1)[0]: value.lower() for name, value in match.groupdict().items() if value}
        passage = Passage(
            document_id=document.document_id, start=start, end=start + len(match.group()), exact=match.group()
        )
        yield TimeReference(passage=passage, date=_resolve(fields, patterns, document))


def _resolve(fields: dict[str, str], patterns: _Patterns, document: Document) -> PartialDate | None:
    published = _day_of(document.published)
    if "phrase" in fields:
        return _resolve_phrase(fields["phrase"], _load(document.language), document.published)
    if "ago" in fields:
        return _resolve_ago(fields, _load(document.language), published)
    if "weekday" in fields:
        if published is None:
            return None
        if fields.get("next"):
            ahead = (patterns.weekdays[fields["weekday"]] - published.weekday() - 1) % _DAYS_PER_WEEK + 1
            return _partial(published + timedelta(days=ahead), DatePrecision.DAY)
        back = (published.weekday() - patterns.weekdays[fields["weekday"]]) % _DAYS_PER_WEEK
        return _partial(published - timedelta(days=back), DatePrecision.DAY)
    month = patterns.months.get(fields.get("month", "")) or int(fields.get("nummonth", 0))
    day = int(fields.get("day") or fields.get("numday") or 0)
    year = int(fields.get("year", 0)) or (published.year if published else 0)
    if not year:
        return None
    if not month:
        return PartialDate(value=f"{year:04}", precision=DatePrecision.YEAR)
    if not day:
        return PartialDate(value=f"{year:04}-{month:02}", precision=DatePrecision.MONTH)
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    if "year" not in fields and published is not None and found > published:
        found = date(year - 1, month, day) if (month, day) != (2, 29) else found
    return _partial(found, DatePrecision.DAY)


def _resolve_ago(fields: dict[str, str], rules: TimeRules, published: date | None) -> PartialDate | None:
    """Work out "three days ago" to the day; weeks, months and years ago are meant less exactly and keep that."""
    if published is None:
        return None
    number, unit = fields["ago"], rules.units[fields["unit"]]
    count = int(number) if number.isdigit() else rules.numbers[number]
    if unit == "day":
        return _partial(published - timedelta(days=count), DatePrecision.DAY)
    if unit == "week":
        return None  # a week is no date of ISO 8601's calendar form
    return _period(unit, -count, published.year, published.month)


def _resolve_phrase(phrase: str, rules: TimeRules, published: PartialDate | None) -> PartialDate | None:
    """Work out a phrase from as much of the day of publication as it needs."""
    if published is None:
        return None
    day = _day_of(published)
    if phrase in rules.relative:
        return None if day is None else _partial(day + timedelta(days=rules.relative[phrase]), DatePrecision.DAY)
    unit, count = rules.relative_periods[phrase]
    year, month = int(published.value[:4]), int(published.value[5:7] or 0)
    return None if unit == "month" and not month else _period(unit, count, year, month)


def _period(unit: str, count: int, year: int, month: int) -> PartialDate | None:
    if unit == "year":
        return PartialDate(value=f"{year + count:04}", precision=DatePrecision.YEAR)
    if unit == "month":
        months = year * 12 + month - 1 + count
        return PartialDate(value=f"{months // 12:04}-{months % 12 + 1:02}", precision=DatePrecision.MONTH)
    return None  # a week is no date of ISO 8601's calendar form


def _day_of(published: PartialDate | None) -> date | None:
    if published is None or len(published.value) < _ISO_DAY_LENGTH:
        return None
    return date.fromisoformat(published.value[:_ISO_DAY_LENGTH])


def _partial(day: date, precision: DatePrecision) -> PartialDate:
    return PartialDate(value=day.isoformat(), precision=precision)


def date_claims(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find when each claim was made and in which publication, from the words of its frame.

    Returns:
        ``spoken`` and ``publications``, one entry per attribution, ``None`` where the frame names none.
    """
    spoken, publications = [], []
    for attribution in found.attributions:
        frame = _frame_of(doc, attribution)
        spoken.append(next((time for span in frame for time in find_times(doc, span, found.document)), None))
        publications.append(_publication(doc, frame, attribution, found.document.language))
    return {"spoken": tuple(spoken), "publications": tuple(publications)}


def _frame_of(doc: Doc, attribution: Attribution) -> tuple[TokenSpan, ...]:
    """Return the frame; where none was found, what stands between cue and actor and a little after."""
    if attribution.frame or attribution.type is ClaimType.OWN or not attribution.cue:
        return attribution.frame
    content = {i for span in attribution.content for i in range(*span)}
    sentence = doc[attribution.cue[0].start].sent
    start = end = attribution.cue[0].start
    while start > sentence.start and start - 1 not in content:
        start -= 1
    while end < sentence.end and end not in content:
        end += 1
    return (TokenSpan(start, end),)


def _publication(doc: Doc, frame: tuple[TokenSpan, ...], attribution: Attribution, language: str) -> TokenSpan | None:
    """Return the words for a publication: a noun for a text, with article, owner or adjective, in or by which it was said."""
    rules, nouns = _load(language), load_noun_classes(language)
    cues = {i for span in attribution.cue for i in range(*span)}
    for span in frame:
        for token in doc[span.start : span.end]:
            if token.pos_ != "NOUN" or token.i in cues or {token.lemma_.lower(), token.lower_} & rules.views:
                continue
            if nouns.of(token.lemma_, token.text) in rules.publication_classes and _is_source(token):
                start = max(span.start, token.left_edge.i)
                end = min(span.end, token.right_edge.i + 1)
                return TokenSpan(start, end) if start < end else TokenSpan(token.i, token.i + 1)
    return None


def _is_source(token: Token) -> bool:
    """Tell whether a noun phrase names what something was said in: it hangs on a preposition, and is more than a bare noun."""
    relations = {child.dep_ for child in token.children}
    return "case" in relations and bool(relations & _SPECIFIERS)


TIMES = Stage(name="times", version="2", needs=("attributions",), fills=("spoken", "publications"), run=date_claims)

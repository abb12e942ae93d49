"""How bylines, datelines and credits read: the patterns of ``kg/lang/ingest.<language>.toml``, compiled."""

import re
from dataclasses import dataclass
from functools import cache

from kg.lang import load_rules
from kg.model import Record, Text


class BylineRules(Record):
    """The patterns of one language."""

    name: Text
    outlet: Text
    sign: Text
    bylines: tuple[Text, ...]
    credits: tuple[Text, ...]
    datelines: tuple[Text, ...]
    end_credit: Text
    and_words: tuple[Text, ...]
    agency_fillers: tuple[Text, ...]
    agencies: tuple[Text, ...]


@dataclass(frozen=True)
class BylinePatterns:
    """Bylines and credits fit a whole paragraph, datelines its beginning, an end credit its end."""

    bylines: tuple[re.Pattern[str], ...]
    datelines: tuple[re.Pattern[str], ...]
    credits: tuple[re.Pattern[str], ...]
    end_credit: re.Pattern[str]


@cache
def load_byline_rules(language: str) -> BylineRules:
    """Load the rules of one language."""
    return load_rules("ingest", language, BylineRules)


@cache
def load_byline_patterns(language: str) -> BylinePatterns:
    """Compile the patterns of one language."""
    rules = load_byline_rules(language)
    joint = "|".join(rf"\s{word}\s" for word in rules.and_words)
    names = rf"(?:{rules.name})(?:(?:,\s|\s?/\s?|{joint})(?:{rules.name}))*"
    parts = {"names": names, "name": rules.name, "outlet": rules.outlet, "sign": rules.sign}

    def build(pattern: str) -> re.Pattern[str]:
        for part, expression in parts.items():
            pattern = pattern.replace(f"{{{part}}}", expression)
        return re.compile(pattern)

    return BylinePatterns(
        tuple(map(build, rules.bylines)),
        tuple(map(build, rules.datelines)),
        tuple(map(build, rules.credits)),
        re.compile(rules.end_credit + r"\.?$"),
    )


def is_byline(paragraph: str, language: str) -> bool:
    """Tell whether a paragraph does nothing but name who made the article."""
    patterns = load_byline_patterns(language)
    plain = paragraph.strip("()[] ")
    return any(p.fullmatch(paragraph) for p in patterns.bylines) or any(p.fullmatch(plain) for p in patterns.credits)


def dateline_length(paragraph: str, language: str) -> int:
    """Return how many characters at the beginning of a paragraph are place, date and agency, or 0."""
    matches = (pattern.match(paragraph) for pattern in load_byline_patterns(language).datelines)
    return next((match.end() for match in matches if match), 0)

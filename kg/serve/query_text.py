"""What a SPARQL query asks for, told from its words without evaluating it."""

import re
from itertools import islice

_GAP = r"(?:\s|#[^\n\r]*+)*+"  # white space and comments
# the keyword, a variable, IRI or prefixed name, and an opening brace. Looked for in strings and comments as well: where
# these begin cannot be told without parsing ("<" may be less-than), and rather one query too many is refused
_WORD = re.compile(r"(?:(?<![\w?$:@-])|(?<=\d))service", re.IGNORECASE)
_MAX_WORDS = 20  # each may cost a look at the whole query
_SERVICE = re.compile(
    r"service" + _GAP + r"(?:silent" + _GAP + r")?"
    r"(?:[?$]\w+|<[^<>\s]*+>|[^\s{}<>:\"'#]*+:(?:\\.|[^\s{}<>#\\])*+)" + _GAP + r"\{",
    re.IGNORECASE,
)
_UPDATE = re.compile(
    _GAP + r"(?:(?:prefix\s+[^\s:<>]*+:|base)" + _GAP + r"<[^<>\s]*+>" + _GAP + r")*+"
    r"(?:insert|delete|load|clear|drop|create|add|move|copy|with)\b",
    re.IGNORECASE,
)


def asks_elsewhere(query: str) -> bool:
    """Tell whether a query may have a SERVICE clause, which would send a request to another server."""
    words = [found.start() for found in islice(_WORD.finditer(query), _MAX_WORDS + 1)]
    return len(words) > _MAX_WORDS or any(_SERVICE.match(query, start) for start in words)


def is_update(query: str) -> bool:
    """Tell whether a text begins as a SPARQL update does."""
    return _UPDATE.match(query) is not None

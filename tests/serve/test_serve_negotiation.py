"""Content negotiation."""

import pytest

from kg.serve.negotiation import choose_language, choose_media_type

_OFFERED = ["application/json", "text/csv", "text/html"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, text/html", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*, application/json;q=0", "text/csv"),
        ("TEXT/CSV ; charset=utf-8 ; Q=0.3", "text/csv"),
        ("image/png", None),
        ("application/json;q=0", None),
        ("text/csv;q=nan, text/html;q=0.1", "text/html"),
        (";;;,,q=", None),
    ],
)
def test_media_type_is_the_preferred_of_those_offered(accept: str | None, expected: str | None) -> None:
    assert choose_media_type(accept, _OFFERED) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,de;q=0.5", "en"),
        ("fr,de;q=0.2", "de"),
        ("de;q=0", "en"),
        ("fr", "en"),
    ],
)
def test_language_is_the_preferred_of_ours(header: str | None, expected: str) -> None:
    assert choose_language(header) == expected

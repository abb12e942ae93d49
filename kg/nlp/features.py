"""Setting the morphological features of a token."""

from spacy.tokens import Token


def set_features(token: Token, features: dict[str, str]) -> None:
    """Replace the features of a token."""
    token.set_morph(features)  # type: ignore[attr-defined]  # missing in spaCy's type stubs

"""Setting the morphological features of a token, and what the network hands on to the form lexicon."""

from spacy.tokens import Token

AGREEMENT = "kg.agreement"
"""Key in ``Doc.user_data``: log probabilities (tokens x ``AGREEMENT_VALUES``), for the words of a noun phrase to decide together."""
AGREEMENT_VALUES = tuple(
    (feature, value)
    for feature, values in (
        ("Case", ("Nom", "Acc", "Dat", "Gen")),
        ("Gender", ("Masc", "Fem", "Neut")),
        ("Number", ("Sing", "Plur")),
    )
    for value in values
)


def set_features(token: Token, features: dict[str, str]) -> None:
    """Replace the features of a token."""
    token.set_morph(features)  # type: ignore[attr-defined]  # missing in spaCy's type stubs

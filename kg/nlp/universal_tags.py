"""A component that takes universal tags as parts of speech and cleans up whitespace and capitals."""

from spacy.language import Language
from spacy.tokens import Doc

from kg.nlp.features import set_features

_UNIVERSAL_TAGS = frozenset(
    [
        "ADJ",
        "ADP",
        "ADV",
        "AUX",
        "CCONJ",
        "DET",
        "INTJ",
        "NOUN",
        "NUM",
        "PART",
        "PRON",
        "PROPN",
        "PUNCT",
        "SCONJ",
        "SYM",
        "VERB",
        "X",
    ]
)
_SPACE_TAG = "_SP"


@Language.component("universal_tags", assigns=["token.pos"])
def set_universal_tags(doc: Doc) -> Doc:
    """Set the part of speech where the tagger's tags are universal ones, and clean up whitespace tokens."""
    for token in doc:
        if token.is_space:
            token.tag_ = _SPACE_TAG
            token.pos_ = "SPACE"
            token.lemma_ = token.text
            set_features(token, {})
            continue
        if token.tag_ in _UNIVERSAL_TAGS:
            token.pos_ = token.tag_
        if token.is_upper and len(token) > 1:
            # "WASHINGTON": lemmas are learned from words in lower case
            token.lemma_ = token.text if token.pos_ == "PROPN" else token.lemma_.lower()
    return doc

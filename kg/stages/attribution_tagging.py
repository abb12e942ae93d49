"""Running the learned tagger over documents: with which weights, and what of its findings is kept."""

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc

from kg.config import AttributionWeights
from kg.found import Attribution
from kg.tagger import has_tagger, load_tagger

TAGGED = "kg.tagged"
"""Key in ``Doc.user_data`` of what the tagger found."""
LEAST_SPEECH_SCORE = 0.55
"""What weights trained on speeches find in news must score as much; below that they follow cues of thought and perception."""


def tag_documents(docs: Sequence[Doc], language: str, weights: AttributionWeights = AttributionWeights.NEWS) -> None:
    """Run the learned tagger over parsed documents at once and keep its findings with each, for ``find_attributions``.

    A language without a tagger with these weights has none.
    """
    findings = load_tagger(language, weights).tag(docs) if has_tagger(language, weights) else [()] * len(docs)
    least = LEAST_SPEECH_SCORE if weights is AttributionWeights.SPEECHES else 0.0
    for doc, tagged in zip(docs, findings, strict=True):
        doc.user_data[TAGGED] = _with_score(tagged, least)


def _with_score(tagged: Sequence[Attribution], least: float) -> tuple[Attribution, ...]:
    """Keep attributions with a score; one whose parent is left out has none."""
    kept = [index for index, found in enumerate(tagged) if found.score >= least]
    place = {old: new for new, old in enumerate(kept)}
    return tuple(
        replace(tagged[index], parent=None if (parent := tagged[index].parent) is None else place.get(parent))
        for index in kept
    )


def weights_version(language: str, weights: AttributionWeights) -> str:
    """Return how the provenance names the weights that took part: their name and version, or "rules" without any."""
    return f"{weights}-{load_tagger(language, weights).settings.version}" if has_tagger(language, weights) else "rules"

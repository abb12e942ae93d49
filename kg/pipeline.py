"""Runs the language pipeline and the stages over documents and builds their records."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from spacy.tokens import Doc

from kg import __version__
from kg.config import AttributionWeights
from kg.errors import KgError
from kg.found import Found
from kg.model import Document, Extraction, Provenance, StageRun
from kg.nlp import load_pipeline
from kg.records import build_extraction
from kg.stages import Stage
from kg.stages.actors import ACTORS
from kg.stages.attribution import ATTRIBUTION
from kg.stages.attribution_tagging import tag_documents, weights_version
from kg.stages.certainty import CERTAINTY
from kg.stages.confidence import CONFIDENCE
from kg.stages.entities import ENTITIES
from kg.stages.evidence import EVIDENCE
from kg.stages.own_voice import OWN_VOICE
from kg.stages.passages import PASSAGES
from kg.stages.propositions import PROPOSITIONS
from kg.stages.stance import STANCE
from kg.stages.times import TIMES

STAGES: tuple[Stage, ...] = (
    PASSAGES,
    ENTITIES,
    ATTRIBUTION,
    OWN_VOICE,
    ACTORS,
    CERTAINTY,
    TIMES,
    PROPOSITIONS,
    EVIDENCE,
    STANCE,
    CONFIDENCE,
)
"""All stages in order. Actors come after attribution: only who claims something is followed through the document."""

_BATCH_SIZE = 64  # documents parsed and tagged at once; bounds the memory, larger ones are no faster

_log = logging.getLogger(__name__)


def extract(
    documents: Iterable[Document],
    *,
    extracted: datetime | None = None,
    stages: Sequence[Stage] = STAGES,
    weights: AttributionWeights = AttributionWeights.NEWS,
) -> Iterator[Extraction]:
    """Extract the claims of documents.

    A document on which a stage breaks is logged with its traceback and left out; the others go on.

    Args:
        documents: in any mix of supported languages.
        extracted: stands in the provenance.
        stages: what to run; each must find the fields that it needs filled by an earlier one or empty by choice.
        weights: which weights of the attribution tagger are used, in the languages that have them.

    Yields:
        One extraction per document, in their order.
    """
    remaining = iter(documents)
    while batch := list(islice(remaining, _BATCH_SIZE)):
        for document, doc in zip(batch, parse(batch, weights), strict=True):
            try:
                extraction = extract_parsed(document, doc, extracted=extracted, stages=stages, weights=weights)
            except KgError:
                raise
            except Exception:  # noqa: BLE001 - one document must not stop the rest
                _log.exception("%s (%s): left out", document.document_id, document.url or document.title)
            else:
                yield extraction


def parse(documents: Sequence[Document], weights: AttributionWeights = AttributionWeights.NEWS) -> list[Doc]:
    """Parse documents in one batch per language and tag their attributions."""
    docs: list[Doc | None] = [None] * len(documents)
    for language in sorted({document.language for document in documents}):
        places = [i for i, document in enumerate(documents) if document.language == language]
        parsed = list(load_pipeline(language).pipe(documents[i].text for i in places))
        tag_documents(parsed, language, weights)
        for place, doc in zip(places, parsed, strict=True):
            docs[place] = doc
    return [doc for doc in docs if doc is not None]


def extract_parsed(
    document: Document,
    doc: Doc,
    *,
    extracted: datetime | None = None,
    stages: Sequence[Stage] = STAGES,
    weights: AttributionWeights = AttributionWeights.NEWS,
) -> Extraction:
    """Run the stages over one document of ``parse``, which has used the same weights."""
    found = Found(document=document)
    for stage in stages:
        found = replace(found, **stage.run(doc, found))
    provenance = provenance_of(document.language, extracted=extracted, stages=stages, weights=weights)
    return build_extraction(doc, found, provenance)


def provenance_of(
    language: str,
    *,
    extracted: datetime | None = None,
    stages: Sequence[Stage] = STAGES,
    weights: AttributionWeights = AttributionWeights.NEWS,
) -> Provenance:
    """Return the provenance that an extraction from a document in a language has.

    The version of the attribution stage names the weights that took part, too: ``2/news-2``, ``2/rules``.
    """
    meta = load_pipeline(language).meta
    return Provenance(
        software=f"kg {__version__}",
        pipeline=f"{meta['lang']}_{meta['name']} {meta['version']}",
        stages=tuple(StageRun(name=stage.name, version=_version(stage, language, weights)) for stage in stages),
        extracted=extracted,
    )


def _version(stage: Stage, language: str, weights: AttributionWeights) -> str:
    if stage.name != ATTRIBUTION.name:
        return stage.version
    return f"{stage.version}/{weights_version(language, weights)}"

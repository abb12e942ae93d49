"""What tagger and rules find in parsed documents, as groups in the conventions of the German quotation data.

There, direct speech has its quotation marks, a sentence in free or summed-up speech its full stop, a summary neither cue nor
frame, and "nach Angaben der Polizei" the speaker "Angaben der Polizei".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.attribution_metric import QuoteGroup
from kg.found import Attribution, Found, TokenSpan
from kg.ids import sha256_of
from kg.model import ClaimMedium, ClaimType, Document, Language
from kg.stages.attribution_cues import Reading
from kg.stages.attribution_rules import find_in, read
from kg.stages.attribution_tree import QUOTATION_MARKS
from kg.stages.passages import find_passages
from kg.tagger import AttributionTagger
from kg.tagger.features import read_doc
from kg.tagger.groups import to_quote_groups

_TYPES = {
    ClaimType.DIRECT: "Direct",
    ClaimType.INDIRECT: "Indirect",
    ClaimType.REPORTED: "Reported",
    ClaimType.FREE_INDIRECT: "FreeIndirect",
    ClaimType.INDIRECT_FREE_INDIRECT: "IndirectFreeIndirect",
}
_MEDIA = {
    ClaimMedium.SPEECH: "Speech",
    ClaimMedium.WRITING: "Writing",
    ClaimMedium.THOUGHT: "Thought",
    ClaimMedium.SPEECH_OR_WRITING: "SW",
    ClaimMedium.SPEECH_OR_THOUGHT: "ST",
    ClaimMedium.THOUGHT_OR_WRITING: "TW",
}
_WHOLE_SENTENCES = frozenset({ClaimType.REPORTED, ClaimType.FREE_INDIRECT, ClaimType.INDIRECT_FREE_INDIRECT})
_PHRASE = "rule:phrase"


@dataclass(frozen=True)
class Prediction:
    """One attribution as a group of token indices, and its score, 0-1."""

    group: QuoteGroup
    score: float


def tag_groups(tagger: AttributionTagger, docs: Sequence[Doc]) -> list[tuple[Prediction, ...]]:
    """Run a tagger over documents and return what it finds in each, by the Doc's tokens."""
    features = [read_doc(doc) for doc in docs]
    found = []
    for groups, one in zip(tagger.find_groups(features, docs), features, strict=True):
        places = dict(enumerate(one.tokens.tolist()))
        named = to_quote_groups(groups, tagger.settings.types, tagger.settings.media)
        found.append(
            tuple(Prediction(group.moved(places), tagger.score(own)) for group, own in zip(named, groups, strict=True))
        )
    return found


def rule_groups(doc: Doc, language: Language) -> tuple[Prediction, ...]:
    """Run the rules over a parsed document and return what they find, by the Doc's tokens."""
    if not len(doc):
        return ()
    text = doc.text
    document = Document(document_id="document", language=language, text=text, sha256=sha256_of(text))
    passages = find_passages(doc, Found(document=document))
    reading = read(doc, language, passages["quoted"], passages["blocks"])
    return tuple(Prediction(_to_group(reading, found), found.score) for found in find_in(reading))


def _to_group(reading: Reading, found: Attribution) -> QuoteGroup:
    tree = reading.tree
    quote = _tokens(found.content)
    if found.type is ClaimType.DIRECT:
        quote = _tokens(_with_marks(reading, span) for span in found.content)
    elif found.type in _WHOLE_SENTENCES:
        end = found.content[-1].end
        quote |= {end} if end < len(tree) and tree.lower[end] in (".", "!", "?") else frozenset()
    has_frame = found.type not in _WHOLE_SENTENCES
    return QuoteGroup(
        quote=quote,
        speaker=_speaker(reading, found),
        cue=_tokens(found.cue) if has_frame else frozenset(),
        frame=_tokens(found.frame) - quote if has_frame else frozenset(),
        addressee=_tokens((found.addressee,) if found.addressee else ()),
        type=_TYPES[found.type],
        medium=_MEDIA[found.medium or ClaimMedium.SPEECH_OR_WRITING],
    )


def _speaker(reading: Reading, found: Attribution) -> frozenset[int]:
    """Return the whole phrase after the preposition of a frame without a verb, else the actor."""
    if found.actor is None:
        return frozenset()
    if found.method == _PHRASE and len(found.frame) == 1 and len(found.cue) == 1:
        frame, cue = found.frame[0], found.cue[0]
        whole = TokenSpan(cue.end, frame.end) if cue.start == frame.start else TokenSpan(frame.start, cue.start)
        trimmed = reading.tree.trim(*whole)
        if trimmed is not None and trimmed.start <= found.actor.start and found.actor.end <= trimmed.end:
            return _tokens((trimmed,))
    return _tokens((found.actor,))


def _with_marks(reading: Reading, span: TokenSpan) -> TokenSpan:
    """Take in what stands between a quotation and its marks, and the marks."""
    lower = reading.tree.lower
    start, end = span
    if start and lower[start - 1] in QUOTATION_MARKS:
        start -= 1
    stop = end
    while stop < len(lower) and lower[stop] in (".", ",", "!", "?", "…", ":", ";", "-", "–"):
        stop += 1
    if stop < len(lower) and lower[stop] in QUOTATION_MARKS:
        end = stop + 1
    return TokenSpan(start, end)


def _tokens(spans: Iterable[TokenSpan]) -> frozenset[int]:
    return frozenset(token for span in spans for token in range(span.start, span.end))

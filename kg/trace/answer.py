"""Puts the answer together: items, origins, support, verdict, gaps."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from kg.ids import make_id
from kg.model import Actor, ActorKind, Claim, ClaimType, Direction, Evidence, EvidenceLink, Extraction, Language
from kg.search import ClaimIndex, Hit
from kg.trace.bearing import Bearing, find_bearings, nearest
from kg.trace.gaps import Evidence as GapEvidence
from kg.trace.gaps import find_gaps
from kg.trace.judge import judge
from kg.trace.matching import modality_of
from kg.trace.origins import Origins, actor_of, supporting
from kg.trace.question import read_question
from kg.trace.records import (
    Trace,
    TraceActor,
    TraceEvidence,
    TraceHedge,
    TraceItem,
    TraceOrigin,
    TraceSource,
)
from kg.trace.rules import TraceRules, load_trace_rules
from kg.trace.sentences import sentence_around
from kg.trace.support import ONE_MORE, accumulate, average, level_of, opinion_of, weightiest, without_copies
from kg.trace.timeline import ends, said_on

_N_NEAREST = 3
_SURE = 0.6  # relevance from which a claim counts for an origin although its own proposition does not answer
_N_HITS = 200  # claims near the question, whose documents are looked at
_N_DOCUMENTS = 30
_OWN_VOICE = frozenset({ClaimType.OWN})
_ORDER = (Direction.SUPPORTS, Direction.DISPUTES, Direction.UNDERCUTS, Direction.CONTEXT)


def trace(
    question: str,
    claims: ClaimIndex | Iterable[Extraction],
    *,
    language: Language | None = None,
    limit: int | None = 100,
    revise: Callable[[Extraction], Extraction] | None = None,
    also: Collection[str] = (),
) -> Trace:
    """Answer who claims what about a question, on what evidence, and what is missing.

    The documents that have the claims nearest to the question are read; how long that takes does not grow with the store.

    Args:
        question: a sentence, a headline or a noun phrase, German or English, whatever the documents are in.
        claims: those of a store (``Store.claims``), or what was read from some documents; an iterator is read once.
        language: the question's language; found by py3langid where it is not given.
        limit: the most claims to return, the most relevant first; None for all.
        revise: changes what was read from a document before it is judged, as by reviews.
        also: identifiers of documents to read besides the nearest, as those that reviews added claims to.

    Raises:
        QueryError: the question is empty, too long or without any word that has a meaning.
    """
    meaning = read_question(question, language)
    rules = load_trace_rules(meaning.language)
    index = claims if isinstance(claims, ClaimIndex) else ClaimIndex.of(claims)
    near_ids = dict.fromkeys([*_documents(index.search(meaning.bag, _N_HITS)), *sorted(set(also) & index.documents())])
    near_documents = [index.extraction(document_id) for document_id in near_ids]
    documents = list(find_bearings(meaning, map(revise, near_documents) if revise else near_documents))
    judge(meaning, documents, index.near_names)
    bearings = sorted(
        (bearing for document in documents for bearing in document if bearing.direction is not None),
        key=lambda bearing: (-bearing.relevance, bearing.claim.claim_id),
    )
    n_found = len(bearings)
    bearings = bearings[:limit] if limit is not None else bearings
    undercut = _count_undercuts(bearings)
    origins, origin_of = _origins(bearings, Direction.SUPPORTS, undercut)
    opposing, opposing_of = _origins(bearings, Direction.DISPUTES, undercut)
    support = accumulate([origin.opinion for origin in (*origins, *opposing)])
    items = tuple(_item(bearing, rules, {**origin_of, **opposing_of}) for bearing in bearings)
    gaps = find_gaps(GapEvidence(items=items, origins=origins, opposing=opposing), bearings, rules, meaning.language)
    n_documents, n_claims = index.n_documents, index.n_claims
    verdict = _verdict(items, origins, opposing, rules, n_documents, n_claims)
    near = () if items else tuple(_item(bearing, rules, {}) for bearing in nearest(documents, _N_NEAREST))
    hangs_on = weightiest({o.origin_id: o.opinion for o in (*origins, *opposing)})
    first, latest = ends(i for i in items if i.direction in (Direction.SUPPORTS, Direction.DISPUTES))
    return Trace(
        question=meaning.text,
        language=meaning.language,
        verdict=verdict,
        items=items,
        origins=origins,
        opposing=opposing,
        support=support,
        support_words=rules.levels[level_of(support)],
        gaps=gaps,
        hangs_on=hangs_on[0] if hangs_on else None,
        without=hangs_on[1] if hangs_on else None,
        with_one_more=accumulate([*(o.opinion for o in (*origins, *opposing)), ONE_MORE]) if items else None,
        first=first,
        latest=latest,
        nearest=near,
        n_documents=n_documents,
        n_claims=n_claims,
        n_found=n_found,
    )


def _documents(hits: Iterable[Hit]) -> list[str]:
    """Return the documents that have the claims nearest to the question, the one with the nearest first."""
    return list(dict.fromkeys(hit.document_id for hit in hits))[:_N_DOCUMENTS]


def _count_undercuts(bearings: Sequence[Bearing]) -> dict[str, int]:
    """How many claims weaken each claim, at most three."""
    found: dict[str, int] = defaultdict(int)
    for bearing in bearings:
        if bearing.direction is Direction.UNDERCUTS and bearing.via:
            found[bearing.via] = min(3, found[bearing.via] + 1)
    return found


def _chain(bearing: Bearing) -> tuple[Claim, ...]:
    """The claims around a claim, outermost first, and itself."""
    by_id = {claim.claim_id: claim for claim in bearing.extraction.claims}
    return (*(by_id[i] for i in bearing.claim.source.chain if i in by_id), bearing.claim)


def _origins(
    bearings: Sequence[Bearing], direction: Direction, undercut: dict[str, int]
) -> tuple[tuple[TraceOrigin, ...], dict[str, str]]:
    """Group the claims of one direction by origin; return origins and the origin of each claim."""
    origins, origin_of = [], {}
    found = Origins(_telling_themselves(supporting(bearings, direction)))
    for group in found.groups():
        representative = max(group, key=_telling)
        actor = actor_of(representative)
        claim_ids = {bearing.claim.claim_id for bearing in group}
        document_ids = tuple(dict.fromkeys(bearing.extraction.document.document_id for bearing in group))
        # an outlet that only repeats what it reports adds nothing
        speaking = [b for b in group if b.claim.type not in _OWN_VOICE] or group
        opinions = [
            (
                found.story_of(bearing),
                opinion_of(
                    direction,
                    bearing.claim.certainty.level,
                    bearing.claim.confidence.value * bearing.relevance,
                    named=actor_of(bearing).named,
                    n_between=len(bearing.claim.source.chain),
                    n_undercuts=undercut.get(bearing.claim.claim_id, 0),
                ),
            )
            for bearing in speaking
        ]
        opinion = average(without_copies(opinions))
        origin_id = make_id("origin", direction, *sorted(bearing.claim.claim_id for bearing in group))
        origins.append(
            TraceOrigin(
                origin_id=origin_id,
                name=actor.name,
                kind=actor.kind,
                named=actor.named,
                direction=direction,
                claim_ids=tuple(bearing.claim.claim_id for bearing in group),
                document_ids=document_ids,
                copies=found.n_copies(document_ids),
                circle=next(
                    (names for names, inside in found.circles if claim_ids & {b.claim.claim_id for b in inside}), ()
                ),
                opinion=opinion,
                words=level_of(opinion),
            )
        )
        origin_of.update({bearing.claim.claim_id: origin_id for bearing in group})
    origins.sort(
        key=lambda origin: (not origin.named, -max(origin.opinion.belief, origin.opinion.disbelief), origin.name)
    )
    return tuple(origins), origin_of


def _telling_themselves(bearings: Sequence[Bearing]) -> list[Bearing]:
    """Those of some claims that answer by themselves, not by what stands around them; all where none does."""
    return [b for b in bearings if b.core or b.via is not None or b.relevance >= _SURE] or list(bearings)


def _telling(bearing: Bearing) -> tuple[bool, bool, float, str]:
    """What makes a claim stand for its origin: not the outlet's own words, a name, relevance."""
    actor = actor_of(bearing)
    return (bearing.claim.type not in _OWN_VOICE, actor.named, bearing.relevance, bearing.claim.claim_id)


def _item(bearing: Bearing, rules: TraceRules, origin_of: dict[str, str]) -> TraceItem:
    claim, extraction = bearing.claim, bearing.extraction
    document = extraction.document
    actors = {actor.actor_id: actor for actor in extraction.actors}
    chain = [_actor(actors[link.actor_id]) for link in _chain(bearing) if link.actor_id in actors]
    if claim.type not in _OWN_VOICE and document.publisher and chain[0].name != document.publisher:
        outlet = TraceActor(
            name=document.publisher, kind=ActorKind.MEDIUM, named=True, key=document.publisher.casefold()
        )
        chain.insert(0, outlet)
    left, right = sentence_around(document.text, claim.assertion.passages)
    start, end = claim.assertion.passages[0].start, claim.assertion.passages[-1].end
    return TraceItem(
        claim_id=claim.claim_id,
        direction=bearing.direction or Direction.CONTEXT,
        relevance=round(min(1.0, bearing.relevance if bearing.direction else bearing.match.coverage), 3),
        reasons=tuple(_reason(name, words, rules) for name, words in bearing.reasons)
        or (rules.reasons["words"].format(words=", ".join(bearing.match.words)),),
        actor=_actor(actors[claim.actor_id]),
        chain=tuple(chain),
        source=TraceSource(
            document_id=document.document_id,
            title=document.title,
            publisher=document.publisher,
            published=document.published.value if document.published else None,
            url=document.url,
            language=document.language,
            publication=claim.source.publication.exact if claim.source.publication else None,
        ),
        quote=" … ".join(passage.exact for passage in claim.assertion.passages),
        passages=claim.assertion.passages,
        before=document.text[left:start],
        after=document.text[end:right],
        claim_type=claim.type,
        certainty=claim.certainty.level,
        hedges=tuple(TraceHedge(words=h.passage.exact, hedge_class=h.hedge_class) for h in claim.certainty.hedges),
        modality=modality_of(bearing.match),
        confidence=claim.confidence.value,
        evidence=_evidence(bearing),
        origin_id=origin_of.get(claim.claim_id),
        via=bearing.via,
        reviewed=claim.reviewed,
        said=said.value if (said := said_on(claim, document)) else None,
    )


def _reason(name: str, words: str, rules: TraceRules) -> str:
    return rules.reasons[name].format(words=words)


def _actor(actor: Actor) -> TraceActor:
    return TraceActor(name=actor.name, kind=actor.kind, named=actor.named, key=actor.key, description=actor.description)


def _evidence(bearing: Bearing) -> tuple[TraceEvidence, ...]:
    """The evidence and claims that the document ties to a claim."""
    extraction = bearing.extraction
    items = {item.evidence_id: item for item in extraction.evidence}
    claims = {claim.claim_id: claim for claim in extraction.claims}
    names = {actor.actor_id: actor.name for actor in extraction.actors}
    found = []
    for link in extraction.links:
        if link.claim_id != bearing.claim.claim_id:
            continue
        if link.evidence_id in items:
            found.append(_from_evidence(link, items[link.evidence_id], names))
        elif link.evidence_claim_id in claims:
            found.append(_from_claim(link, claims[link.evidence_claim_id]))
    return tuple(found)


def _from_evidence(link: EvidenceLink, item: Evidence, names: dict[str, str]) -> TraceEvidence:
    return TraceEvidence(
        kind=item.kind,
        description=item.description,
        direction=link.direction,
        producer=names.get(item.producer_id or ""),
        passage=item.passage,
        evidence_id=item.evidence_id,
    )


def _from_claim(link: EvidenceLink, claim: Claim) -> TraceEvidence:
    return TraceEvidence(
        kind="claim",
        description=" … ".join(passage.exact for passage in claim.assertion.passages),
        direction=link.direction,
        passage=claim.assertion.passages[0],
        claim_id=claim.claim_id,
    )


def _count(words: dict[str, str], name: str, n: int) -> str:
    form = "none" if n == 0 else "one" if n == 1 else "many"
    return words[f"{name}_{form}"].format(n=n)


def _verdict(
    items: Sequence[TraceItem],
    origins: Sequence[TraceOrigin],
    opposing: Sequence[TraceOrigin],
    rules: TraceRules,
    n_documents: int,
    n_claims: int,
) -> str:
    """The answer in one line of words."""
    if not items:
        return rules.words["nothing_one" if n_documents == 1 else "nothing"].format(
            documents=n_documents, claims=n_claims
        )
    parts = [_count(rules.verdict, "origins", len(origins))]
    unnamed = sum(1 for origin in origins if not origin.named)
    if unnamed:
        parts[0] += rules.verdict["origins_unnamed"].format(n=unnamed)
    parts.append(_count(rules.verdict, "disputes", len(opposing)))
    parts.append(_count(rules.verdict, "undercuts", sum(1 for item in items if item.direction is Direction.UNDERCUTS)))
    return "; ".join(part for part in parts if part) + "."


def grouped(items: Iterable[TraceItem]) -> dict[Direction, list[TraceItem]]:
    """Return the items by direction, in the order in which they are shown; directions without items are left out."""
    found = {direction: [item for item in items if item.direction is direction] for direction in _ORDER}
    return {direction: members for direction, members in found.items() if members}

"""Frames without a verb, and hearsay: "according to X", "laut X", "nach Ansicht von X", ", so X", "X: ...", "reportedly", "soll ... haben"."""

from collections.abc import Iterator

from kg.found import Attribution, TokenSpan
from kg.model import ClaimMedium, ClaimType
from kg.stages.attribution_cues import Reading, cut_out, sentence_bounds
from kg.stages.attribution_speakers import possessor_of
from kg.stages.attribution_tree import QUOTATION_MARKS, SENTENCE_ENDS

HEADLINE_METHOD = "rule:headline"
_MAX_HEADLINE_SPEAKER = 8  # tokens before the colon of "X: ..."
_MAX_FRAME = 25  # tokens of a frame that is read by word order
_MAX_SO_DISTANCE = 12  # tokens between "so" and the head of its noun phrase


def find_phrase_reports(reading: Reading, used: frozenset[int]) -> Iterator[Attribution]:
    """Find frames that have no verb, and hearsay.

    Args:
        reading: the document.
        used: tokens that already introduce a direct quotation.
    """
    tree, words, hearsay = reading.tree, reading.lexicon.frames, reading.lexicon.hearsay
    for token in range(len(tree)):
        if token in used:
            continue
        lower = tree.lower[token]
        label = tree.dep[token]
        if lower in reading.lexicon.frame_words and (label == "case" or lower not in words.view_prepositions):
            yield from _prepositional(reading, token)
        elif lower in words.so_words and token:
            yield from _so_frame(reading, token)
        elif lower in hearsay.adverbs and label == "advmod":
            yield from _hearsay_adverb(reading, token)
        elif label == "aux" and tree.lemma[token] in hearsay.modals:
            yield from _hearsay_modal(reading, token)
        elif lower == ":" and reading.paragraph[token] in reading.headlines:
            yield from _headline_colon(reading, token)


def _prepositional(reading: Reading, case: int) -> Iterator[Attribution]:
    tree, lexicon, words = reading.tree, reading.lexicon, reading.lexicon.frames
    noun = tree.head[case]
    if (
        tree.lower[case] in words.postpositions
        and tree.lower[case] not in words.view_prepositions
        and case
        and tree.is_nominal(case - 1)
    ):
        noun = case - 1 if noun > case or noun == tree.head[noun] else noun
        while (
            tree.head[noun] < case
            and tree.head[noun] != noun
            and tree.is_nominal(tree.head[noun])
            and tree.right[noun] <= case
        ):
            noun = tree.head[noun]
    fixed = [child for child in tree.children[case] if tree.dep[child] == "fixed"]
    name = " ".join([tree.lower[case], *(tree.lower[child] for child in fixed)])
    if len(fixed) == 0 and case + 1 < len(tree) and f"{name} {tree.lower[case + 1]}" in words.prepositions:
        name, fixed = f"{name} {tree.lower[case + 1]}", [case + 1]
    if not tree.is_nominal(noun) and tree.pos[noun] not in ("ADJ", "DET"):
        return
    view_noun = lexicon.has_noun(tree, noun, words.view_nouns)
    possessor = possessor_of(reading, noun)
    after_noun = case > noun
    if after_noun:
        is_frame = name in words.postpositions and (name not in words.view_prepositions or view_noun)
    else:
        is_frame = name in words.prepositions or (
            name in words.view_prepositions
            and view_noun
            and (possessor is not None or name not in ("in", "by", "from", "under", "aus"))
        )
    if not is_frame or lexicon.has_noun(tree, noun, words.not_actors):
        return
    yield from _phrase_report(reading, noun, [case, *fixed], possessor if view_noun else None, after_noun=after_noun)


def _phrase_report(
    reading: Reading, noun: int, cue: list[int], possessor: TokenSpan | None, *, after_noun: bool
) -> Iterator[Attribution]:
    tree, lexicon = reading.tree, reading.lexicon
    frame = TokenSpan(tree.left[noun], max(tree.right[noun], cue[-1]) + 1)
    frame = _with_relative(reading, frame)
    host = tree.head[noun]
    if host == noun:
        return
    first_of_sentence = _opens_sentence(reading, frame.start)
    if first_of_sentence:
        frame = _cut_opening_frame(reading, frame, noun)
    span, frame = _scope(reading, noun, frame, first_of_sentence=first_of_sentence)
    hearsay = _names_no_one(reading, noun)
    holes = (frame,) if not hearsay or first_of_sentence else ()
    content = cut_out(reading, span, holes) if span.end > span.start else ()
    has_verb = any(tree.is_verb(token) for piece in content for token in range(piece.start, piece.end))
    if not content or (not has_verb and reading.paragraph[noun] not in reading.headlines):
        return
    view = lexicon.has_noun(tree, noun, lexicon.frames.view_possessors)
    actor = possessor if possessor is not None and view else tree.noun_phrase(noun, avoid=cue[0])
    if actor.end > frame.end > actor.start:
        actor = TokenSpan(actor.start, frame.end)
    if possessor is None and not after_noun and not hearsay:
        actor = _by_order(reading, max(cue) + 1, frame, actor, first_of_sentence=first_of_sentence)
    yield Attribution(
        content=content,
        type=ClaimType.FREE_INDIRECT if hearsay else ClaimType.INDIRECT,
        actor=actor,
        cue=tuple(TokenSpan(token, token + 1) for token in cue)
        if len(cue) == 1
        else (TokenSpan(min(cue), max(cue) + 1),),
        frame=(frame,),
        medium=ClaimMedium.SPEECH_OR_WRITING,
        score=0.85,
        method="rule:hearsay" if hearsay else "rule:phrase",
    )


def _with_relative(reading: Reading, frame: TokenSpan) -> TokenSpan:
    """Take in a relative clause that the parser hung elsewhere: "nach Ansicht von Experten, die ...,"."""
    tree = reading.tree
    relative = frame.end + 1
    if (
        relative + 1 >= len(tree)
        or tree.lower[frame.end] != ","
        or tree.lower[relative] not in reading.lexicon.frames.relatives
    ):
        return frame
    end = tree.sentence_end(relative)
    comma = next((token for token in range(relative + 1, end) if tree.lower[token] == ","), None)
    if comma is None or comma - relative > 25 or not (tree.is_verb(comma - 1) or tree.pos[relative] == "PRON"):
        return frame
    has_verb = any(tree.is_verb(token) for token in range(relative + 1, comma))
    rest = any(tree.is_verb(token) for token in range(comma + 1, end))
    return TokenSpan(frame.start, comma) if has_verb and rest else frame


def _cut_opening_frame(reading: Reading, frame: TokenSpan, noun: int) -> TokenSpan:
    """End a frame at its first comma where the parser has drawn the subject of the sentence into it."""
    tree = reading.tree
    finite = next((token for token in range(frame.end, tree.sentence_end(noun)) if tree.is_verb(token)), None)
    comma = next((token for token in range(noun + 1, frame.end) if tree.lower[token] == ","), None)
    if comma is None or finite is None:
        return frame
    subject = any(tree.is_nominal(token) for token in range(frame.end, finite))
    follows = not reading.lexicon.frames.speaker_first and finite <= frame.end + 1  # the verb before its subject
    return frame if subject or follows else TokenSpan(frame.start, comma)


def _scope(reading: Reading, noun: int, frame: TokenSpan, *, first_of_sentence: bool) -> tuple[TokenSpan, TokenSpan]:
    """Return what a frame without a verb holds of: the sentence where it opens or, after a comma, ends it; else its clause."""
    tree = reading.tree
    clause = tree.clause_of(tree.head[noun])
    last_of_sentence = _closes_sentence(reading, frame.end)
    sentence = sentence_bounds(reading, noun)
    set_off = tree.lower[frame.start] in (",", "–", "—") or (
        frame.start > 0 and tree.lower[frame.start - 1] in (",", "–", "—")
    )
    if set_off and not last_of_sentence and not _has_main_verb(reading, frame.end, sentence.end):
        frame, last_of_sentence = TokenSpan(frame.start, sentence.end), True
    if first_of_sentence or (last_of_sentence and set_off):
        return sentence, frame
    start, end = tree.left[clause], tree.right[clause] + 1
    if tree.head[clause] == clause:
        start, end = sentence
    if not last_of_sentence:
        start, end = _without_coordination(reading, clause, frame, start, end)
    start, end = max(start, sentence.start), min(end, sentence.end)
    return TokenSpan(_after_conjunction(reading, clause, start), end), frame


def _has_main_verb(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a finite verb stands in a stretch before any relative pronoun in it."""
    tree = reading.tree
    for token in range(start, end):
        if tree.lower[token] in reading.lexicon.frames.relatives and tree.pos[token] == "PRON":
            return False
        if tree.is_verb(token) and "VerbForm=Part" not in tree.morph[token]:
            return True
    return False


def _by_order(
    reading: Reading, start: int, frame: TokenSpan, actor: TokenSpan, *, first_of_sentence: bool
) -> TokenSpan:
    """Widen an actor to all words between the preposition and the end of a frame that commas or the sentence's end set off."""
    tree, words = reading.tree, reading.lexicon.frames
    end = next((at for at in range(start, tree.sentence_end(start)) if tree.lower[at] == ","), None)
    if not first_of_sentence:
        end = frame.end if _closes_sentence(reading, frame.end) or frame.end >= tree.sentence_end(start) else None
    if end is None or end <= start or end - start > _MAX_FRAME:
        return actor
    for token in range(start, end):
        if tree.lower[token] in words.relatives and tree.pos[token] == "PRON":
            end = token
            break
        if tree.is_verb(token) and not tree.is_participle(token):
            return actor
    while end > start and tree.pos[end - 1] in ("PUNCT", "SPACE"):
        end -= 1
    return TokenSpan(start, max(end, actor.end)) if actor.start <= start + 1 and end > start else actor


def _names_no_one(reading: Reading, noun: int) -> bool:
    tree = reading.tree
    if not reading.lexicon.has_noun(tree, noun, reading.lexicon.hearsay.sources):
        return False
    return all(
        tree.dep[child] in ("case", "amod", "punct", "advmod", "compound", "fixed") for child in tree.children[noun]
    )


def _opens_sentence(reading: Reading, token: int) -> bool:
    tree = reading.tree
    start = tree.sentence[token]
    return all(tree.pos[before] in ("PUNCT", "SPACE", "CCONJ") for before in range(start, token))


def _closes_sentence(reading: Reading, end: int) -> bool:
    tree = reading.tree
    while end < len(tree) and (tree.lower[end] in QUOTATION_MARKS or tree.lower[end] == ")"):
        end += 1
    return end >= len(tree) or tree.pos[end] == "SPACE" or tree.lower[end] in SENTENCE_ENDS


def _without_coordination(reading: Reading, clause: int, frame: TokenSpan, start: int, end: int) -> tuple[int, int]:
    """Keep to the conjunct in which a frame stands, where the others have subjects of their own."""
    tree = reading.tree
    for child in tree.children[clause]:
        if tree.dep[child] in ("conj", "parataxis") and tree.child(child, ("nsubj", "nsubj:pass")) is not None:
            if tree.left[child] >= frame.end:
                end = min(end, tree.left[child])
            elif tree.right[child] < frame.start:
                start = max(start, tree.right[child] + 1)
    return start, end


def _after_conjunction(reading: Reading, clause: int, start: int) -> int:
    tree = reading.tree
    for child in tree.children[clause]:
        if tree.dep[child] == "cc" and child <= start + 1 and child < clause:
            start = child + 1
    return start


def _so_frame(reading: Reading, so: int) -> Iterator[Attribution]:
    """Find ", so der Minister": a noun phrase without a verb, set off from the clause."""
    tree = reading.tree
    before = tree.lower[so - 1]
    if before not in (",", "–", "-", "—", "(") and before not in QUOTATION_MARKS:
        return
    end = so + 1
    while (
        end < len(tree)
        and end - so <= 30
        and tree.lower[end] not in SENTENCE_ENDS
        and tree.lower[end] not in (")", "–", ":")
        and tree.pos[end] != "SPACE"
    ):
        if tree.is_verb(end) and "VerbForm=Fin" in tree.morph[end]:
            return
        if tree.lower[end] == ",":
            break
        end += 1
    head = next((token for token in range(so + 1, min(end, so + _MAX_SO_DISTANCE)) if tree.is_nominal(token)), None)
    if head is None or (so + 1 < len(tree) and tree.is_verb(so + 1)):
        return
    while so < tree.head[head] < end and tree.head[head] != head and tree.is_nominal(tree.head[head]):
        head = tree.head[head]
    if (
        tree.left[head] < so - 1
        or tree.left[head] > so + 2
        or any(tree.dep[child] == "case" and child < head for child in tree.children[head])
    ):
        return
    actor = tree.noun_phrase(head)
    if actor.start <= so:
        actor = TokenSpan(so + 1, actor.end)
    if actor.end <= actor.start:
        return
    frame_end = max(actor.end, min(tree.right[head] + 1, end))
    sentence_end = tree.sentence_end(so)
    verbs = [token for token in range(frame_end, sentence_end) if tree.is_verb(token)]
    start = tree.sentence[so]
    stop = sentence_end if verbs and tree.lower[frame_end] in (",", "–") else frame_end
    content = cut_out(reading, TokenSpan(start, stop), (TokenSpan(so - (before not in QUOTATION_MARKS), frame_end),))
    if content:
        yield Attribution(
            content=content,
            type=ClaimType.INDIRECT,
            actor=actor,
            cue=(TokenSpan(so, so + 1),),
            frame=(TokenSpan(so, frame_end),),
            medium=ClaimMedium.SPEECH_OR_WRITING,
            score=0.85,
            method="rule:so",
        )


def _hearsay_adverb(reading: Reading, adverb: int) -> Iterator[Attribution]:
    tree = reading.tree
    head = tree.head[adverb]
    if not tree.is_verb(head) and tree.child(head, ("cop",)) is None:
        return
    clause = tree.clause_of(head)
    yield from _hearsay(reading, clause, adverb if _opens_sentence(reading, adverb) else None, "rule:hearsay", 0.75)


def _hearsay_modal(reading: Reading, modal: int) -> Iterator[Attribution]:
    """Find "soll ... getan haben", "soll krank sein": sollen in the present indicative with a perfect or copular infinitive."""
    tree = reading.tree
    verb = tree.head[modal]
    infinitives = [
        child
        for child in tree.children[verb]
        if child != modal
        and tree.dep[child] in ("aux", "aux:pass", "cop")
        and tree.lower[child] in reading.lexicon.hearsay.perfect_auxiliaries
    ]
    if infinitives and "Mood=Sub" not in tree.morph[modal] and "Tense=Past" not in tree.morph[modal]:
        yield from _hearsay(reading, tree.clause_of(verb), None, "rule:modal", 0.7)


def _hearsay(reading: Reading, clause: int, opener: int | None, method: str, score: float) -> Iterator[Attribution]:
    tree = reading.tree
    start, end = _after_conjunction(reading, clause, tree.left[clause]), tree.right[clause] + 1
    for child in tree.children[clause]:
        if (
            tree.dep[child] in ("conj", "parataxis")
            and tree.child(child, ("nsubj", "nsubj:pass")) is not None
            and child > clause
        ):
            end = min(end, tree.left[child])
    content = cut_out(reading, TokenSpan(start, end), (TokenSpan(opener, opener + 1),) if opener is not None else ())
    if content:
        yield Attribution(content=content, type=ClaimType.FREE_INDIRECT, score=score, method=method)


def _headline_colon(reading: Reading, colon: int) -> Iterator[Attribution]:
    """Find "Putin: Wir liefern nicht" in a headline: a short noun phrase, a colon, and words with a verb."""
    tree = reading.tree
    block = reading.paragraph[colon]
    start = colon
    while start > 0 and reading.paragraph[start - 1] == block and tree.lower[start - 1] not in SENTENCE_ENDS:
        start -= 1
    end = colon
    while end < len(tree) and reading.paragraph[end] == block:
        end += 1
    head = range(start, colon)
    if not 0 < len(head) <= _MAX_HEADLINE_SPEAKER or any(tree.is_verb(token) for token in head):
        return
    names = any(tree.pos[token] in ("PROPN", "NOUN") for token in head)
    says = sum(tree.pos[token] not in ("PUNCT", "SPACE") for token in range(colon + 1, end)) > 2
    content = cut_out(reading, TokenSpan(colon + 1, end), ())
    if names and says and content and any(tree.is_verb(token) for token in range(colon + 1, end)):
        in_quotes = reading.quote_of[content[0].start] >= 0
        yield Attribution(
            content=content,
            type=ClaimType.DIRECT if in_quotes else ClaimType.INDIRECT,
            actor=TokenSpan(start, colon),
            cue=(TokenSpan(colon, colon + 1),),
            frame=(TokenSpan(start, colon + 1),),
            medium=ClaimMedium.SPEECH_OR_WRITING,
            score=0.7,
            method=HEADLINE_METHOD,
        )

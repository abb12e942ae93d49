"""Speakers: the words that name whoever says something, by syntax and, where the parser shows no subject, by word order."""

from kg.found import TokenSpan
from kg.stages.attribution_cues import Reading, is_passive, sentence_bounds
from kg.stages.attribution_tree import QUOTATION_MARKS, Tree

_COMMAS = frozenset({",", "–", "—", "--"})
_SUBJECTS = frozenset({"nsubj", "nsubj:outer"})
_PASSIVE_SUBJECTS = frozenset({"nsubj:pass", "csubj:pass"})
_AGENTS = frozenset({"obl:agent", "obl", "nmod", "obl:arg"})
_AUXILIARIES = frozenset({"aux", "aux:pass", "cop"})
_MAX_APPOSITION = 25  # tokens of an apposition or relative clause between commas
_PHRASE_TOKENS = frozenset({"DET", "ADJ", "NOUN", "PROPN", "NUM", "PART", "X", "PRON"})
_MAX_CLIMB = 6  # clauses between a verb and its understood subject


def find_speaker(reading: Reading, verb: int) -> TokenSpan | None:
    """Return the words for whoever speaks by this verb: its subject, the agent of a passive, the noun a clause modifies."""
    tree, words = reading.tree, reading.lexicon.frames
    passive = is_passive(tree, verb)
    head = tree.head[verb]
    if (
        tree.lemma[head] in words.quoting_verbs
        and head != verb
        and tree.dep[verb] in ("advcl", "xcomp")
        and not is_passive(tree, head)
    ):
        quoted = tree.child(head, ("obj",))
        return tree.noun_phrase(quoted, avoid=verb) if quoted is not None else None
    if passive and tree.lemma[verb] not in words.quoting_verbs:
        return _agent(reading, verb)
    participle = "VerbForm=Part" in tree.morph[verb] and "Tense=Past" in tree.morph[verb]
    if participle and tree.dep[verb] == "acl" and not passive:
        return _agent(reading, verb)
    subject = subject_of(tree, verb, passive=passive)
    if subject is None:
        subject = _neighbour(reading, verb)
    if subject is None:
        return None
    return _phrase_of(reading, subject, verb)


def subject_of(tree: Tree, verb: int, *, passive: bool = False) -> int | None:
    """Return the head of a verb's subject, understood subjects of coordinated and non-finite verbs included.

    Args:
        tree: the document.
        verb: a verb or a predicate with a copula.
        passive: whether a passive subject will do (it never does for the verb itself unless asked).
    """
    for _ in range(_MAX_CLIMB):
        subject = tree.child(verb, _SUBJECTS)
        if subject is None and passive:
            subject = tree.child(verb, _PASSIVE_SUBJECTS)
        if subject is not None:
            return subject
        label, head = tree.dep[verb], tree.head[verb]
        if head == verb:
            return None
        if label == "conj":
            if not tree.is_verb(head) and tree.child(head, _AUXILIARIES) is None:
                return None
        elif label in ("acl", "acl:relcl"):
            return head
        elif label not in ("xcomp", "advcl"):
            return None
        verb, passive = head, True
    return None


def _phrase_of(reading: Reading, subject: int, verb: int) -> TokenSpan | None:
    tree, words = reading.tree, reading.lexicon.frames
    if tree.lower[subject] in words.relatives and tree.dep[tree.clause_of(subject)] in (
        "acl:relcl",
        "acl",
        "advcl:relcl",
    ):
        antecedent = tree.head[tree.clause_of(subject)]
        if tree.is_nominal(antecedent):
            return tree.noun_phrase(antecedent, avoid=verb)
    if tree.lower[subject] in words.relatives and tree.pos[subject] == "PRON" and subject > 1:
        before = subject - 1 if tree.lower[subject - 1] != "," else subject - 2
        if tree.is_nominal(before):
            head = tree.head[before] if tree.is_nominal(tree.head[before]) and tree.head[before] < before else before
            phrase = tree.noun_phrase(head, avoid=verb)
            return TokenSpan(phrase.start, min(phrase.end, before + 1))
    if tree.lower[subject] in words.never_actors:
        return None
    if tree.dep[subject] == "expl":
        return None
    if not tree.is_nominal(subject) and tree.pos[subject] not in ("DET", "ADJ", "ADP"):
        return None
    possessor = (
        possessor_of(reading, subject) if reading.lexicon.has_noun(tree, subject, words.view_possessors) else None
    )
    return possessor or tree.join_name(tree.noun_phrase(subject, avoid=verb), words.time_words)


def _agent(reading: Reading, verb: int) -> TokenSpan | None:
    tree, prepositions = reading.tree, reading.lexicon.frames.agent_prepositions
    for child in tree.children[verb]:
        if tree.dep[child] in _AGENTS and any(
            tree.dep[case] == "case" and tree.lower[case] in prepositions for case in tree.children[child]
        ):
            return tree.noun_phrase(child, avoid=verb)
    return None


def _neighbour(reading: Reading, verb: int) -> int | None:
    """Find an inverted subject that the parser gave another label: the noun right after the verb."""
    tree = reading.tree
    for child in tree.children[verb]:
        bare = not any(tree.dep[case] == "case" for case in tree.children[child])
        if (
            child > verb
            and tree.left[child] == verb + 1
            and tree.is_nominal(child)
            and bare
            and tree.dep[child] in ("dep", "appos", "flat", "obj")
        ):
            return child if tree.dep[child] != "obj" or tree.pos[child] == "PROPN" else None
    return None


def _has_preposition(tree: Tree, noun: int) -> bool:
    return any(tree.dep[child] == "case" and child < noun for child in tree.children[noun])


def possessor_of(reading: Reading, noun: int) -> TokenSpan | None:
    """Return whoever a noun such as "statement" belongs to: a genitive, "of", "by", "von", or a possessive determiner."""
    tree, prepositions = reading.tree, reading.lexicon.frames.possessor_prepositions
    for child in tree.children[noun]:
        label = tree.dep[child]
        if label in ("nmod:poss", "det:poss") or (label == "det" and "Poss=Yes" in tree.morph[child]):
            return tree.noun_phrase(child, avoid=noun)
        if label == "nmod" and child < noun and not _has_preposition(tree, child):
            return tree.noun_phrase(child, avoid=noun)  # "Peters Behauptung", "the rebels' claim", "her view"
        if label in ("nmod", "nmod:gen", "obl", "appos") and child > noun:
            cases = [tree.lower[case] for case in tree.children[child] if tree.dep[case] == "case" and case < child]
            close = child == noun + 1 and tree.pos[child] == "PROPN"
            if (not cases and (label != "appos" or close or "Case=Gen" in tree.morph[child])) or any(
                case in prepositions for case in cases
            ):
                return tree.noun_phrase(child, avoid=noun)
    return None


def speaker_in_frame(reading: Reading, verb: int, frame: TokenSpan) -> TokenSpan | None:
    """Return the words of an inserted frame that name the speaker: what stands before the verb, else the phrase after it."""
    tree = reading.tree
    start, end = frame.start, verb
    while start < end and (
        tree.pos[start] in ("PUNCT", "SPACE", "CCONJ", "SCONJ") or tree.lower[start] in reading.lexicon.frames.as_words
    ):
        start += 1
    while end > start and (
        tree.pos[end - 1] in ("ADV", "AUX", "PART", "PUNCT") or tree.lower[end - 1] in reading.lexicon.frames.negations
    ):
        end -= 1
    if end > start and any(
        tree.pos[token] in ("NOUN", "PROPN", "PRON", "ADJ", "NUM", "X") for token in range(start, end)
    ):
        return _before_relative(reading, start, end)
    start = verb + 1
    while start < frame.end and tree.pos[start] in ("ADV", "PUNCT", "SPACE"):
        start += 1
    if (
        start < frame.end
        and tree.capital[start]
        and not tree.is_nominal(start)
        and tree.pos[start] not in ("DET", "ADJ", "NUM")
    ):
        return _capitals(reading, start, frame.end)  # a name that the tagger took for something else
    head = next((token for token in range(start, frame.end) if tree.is_nominal(token)), None)
    if head is None or any(tree.pos[token] in ("ADP", "VERB", "SCONJ") for token in range(start, head)):
        return None
    while head < tree.head[head] < frame.end and tree.is_nominal(tree.head[head]):
        head = tree.head[head]
    phrase = tree.noun_phrase(head, avoid=verb)
    phrase = TokenSpan(max(phrase.start, verb + 1), min(phrase.end, frame.end))
    return tree.join_name(phrase, reading.lexicon.frames.time_words) if phrase.end > phrase.start else None


def _capitals(reading: Reading, start: int, end: int) -> TokenSpan:
    tree = reading.tree
    stop = start + 1
    while stop < end and tree.capital[stop] and tree.lower[stop] not in reading.lexicon.frames.time_words:
        stop += 1
    return TokenSpan(start, stop)


def _before_relative(reading: Reading, start: int, end: int) -> TokenSpan:
    tree = reading.tree
    for token in range(start + 1, end):
        if (
            tree.lower[token] == ","
            and tree.lower[token + 1] in reading.lexicon.frames.relatives
            and tree.pos[token + 1] == "PRON"
        ):
            return TokenSpan(start, token)
    return TokenSpan(start, end)


def nearest_subject(reading: Reading, verb: int) -> TokenSpan | None:
    """Return the noun phrase next to a verb that must be its subject, where the tree shows none."""
    tree = reading.tree
    sentence = sentence_bounds(reading, verb)
    token = verb - 1
    while token >= sentence.start and tree.pos[token] in ("ADV", "AUX", "PART"):
        token -= 1
    if token > sentence.start and tree.lower[token] == ",":
        token = _before_insertion(reading, token, sentence.start)
    if token >= sentence.start and tree.is_nominal(token):
        head = token
        while sentence.start <= tree.head[head] < verb and _heads_phrase(reading, tree.head[head], head):
            head = tree.head[head]
        phrase = tree.noun_phrase(head, avoid=verb)
        if phrase.end > head:
            return phrase
    lemma, form = tree.lemma[verb], tree.lower[verb]
    if {lemma, form} & reading.lexicon.frames.addressed:
        return None
    token = verb + 1
    while token < sentence.end and tree.pos[token] in ("DET", "ADJ", "NUM", "ADV"):
        token += 1
    if token < sentence.end and tree.is_nominal(token):
        head = token
        while token <= tree.head[head] < sentence.end and _heads_phrase(reading, tree.head[head], head):
            head = tree.head[head]
        if tree.left[head] > verb:
            return tree.noun_phrase(head, avoid=verb)
    return None


def _before_insertion(reading: Reading, comma: int, floor: int) -> int:
    """Step from the comma before a verb over a relative clause to the noun it belongs to; over the comma alone for an apposition."""
    tree = reading.tree
    for token in range(comma - 1, floor, -1):
        if tree.lower[token] in _COMMAS:
            follows = tree.lower[token + 1] in reading.lexicon.frames.relatives and tree.pos[token + 1] in (
                "PRON",
                "DET",
            )
            return token - 1 if follows else comma - 1
    return comma - 1


def _heads_phrase(reading: Reading, head: int, noun: int) -> bool:
    """Tell whether a noun hangs within a larger noun phrase that has no preposition."""
    tree = reading.tree
    return head != noun and tree.is_nominal(head) and tree.child(head, ("case",)) is None


def complete_speaker(
    reading: Reading, verb: int, actor: TokenSpan | None, frame_end: int | None = None
) -> TokenSpan | None:
    """Widen a speaker next to its verb to the whole noun phrase, by word order: title, name and apposition.

    Args:
        reading: the document.
        verb: the cue.
        actor: what the tree gives; kept where the words beside the verb are others.
        frame_end: end of the frame, for a speaker after the verb.
    """
    tree = reading.tree
    if actor is not None and (tree.pos[actor.start] == "PRON" and actor.end == actor.start + 1):
        return actor
    if actor is not None and actor.start > verb:
        return _with_apposition(reading, actor, frame_end) if frame_end is not None else actor
    beside = _phrase_before(reading, verb)
    if beside is None or (actor is not None and not (beside.start < actor.end and actor.start < beside.end)):
        return actor
    return beside if actor is None else TokenSpan(min(beside.start, actor.start), max(beside.end, actor.end))


def _phrase_before(reading: Reading, verb: int) -> TokenSpan | None:
    """Return the noun phrase that ends right before a verb, with an apposition between commas."""
    tree = reading.tree
    floor = sentence_bounds(reading, verb).start
    last = verb - 1
    while last >= floor and tree.pos[last] in ("ADV", "AUX"):
        last -= 1
    right, inner = last + 1, last
    if last > floor and tree.lower[last] == ",":
        opening = next((token for token in range(last - 1, floor, -1) if tree.lower[token] == ","), None)
        if opening is None or last - opening > _MAX_APPOSITION:
            return None
        relative = tree.lower[opening + 1] in reading.lexicon.frames.relatives and tree.pos[opening + 1] != "NOUN"
        apposed = tree.pos[opening + 1] in _PHRASE_TOKENS and not any(
            tree.is_verb(token) and not tree.is_participle(token) for token in range(opening + 1, last)
        )
        if not relative and not apposed:
            return None
        right, inner = (opening if relative else last), opening - 1
    start = _phrase_start(reading, inner, floor)
    return TokenSpan(start, right) if start is not None and start < right else None


def _phrase_start(reading: Reading, last: int, floor: int) -> int | None:
    """Walk left over the words of a noun phrase; None where they hang on a preposition and cannot be a subject."""
    tree, words = reading.tree, reading.lexicon.frames
    if last < floor or not tree.is_nominal(last):
        return None
    token = last
    while token > floor:
        before = token - 1
        if tree.lower[before] in words.time_words or tree.lower[before] in QUOTATION_MARKS:
            break
        if tree.pos[before] in _PHRASE_TOKENS or tree.lower[before] == "-":
            if tree.pos[before] == "PRON" and tree.dep[before] not in ("det", "nmod", "nmod:poss", "det:poss"):
                break
            token = before
        elif tree.pos[before] == "ADP" and before > floor and tree.pos[before - 1] in ("NOUN", "PROPN"):
            if tree.lower[before] not in words.name_prepositions:
                return None
            token = before - 1
        elif tree.pos[before] == "ADP":
            return None
        else:
            break
    while token < last and tree.pos[token] in ("PART", "PUNCT", "ADV"):
        token += 1
    return token


def _with_apposition(reading: Reading, actor: TokenSpan, frame_end: int) -> TokenSpan:
    """Take in ", the agency's chief chemist" after a name, to the end of the frame or the next comma."""
    tree = reading.tree
    comma = actor.end
    if comma + 1 >= frame_end or tree.lower[comma] != "," or tree.pos[comma + 1] not in ("DET", "NOUN", "PROPN", "ADJ"):
        return actor
    end = next((token for token in range(comma + 1, frame_end) if tree.lower[token] == ","), frame_end)
    if any(tree.is_verb(token) for token in range(comma, end)) or end - comma > _MAX_APPOSITION:
        return actor
    while end > comma and tree.pos[end - 1] in ("PUNCT", "SPACE"):
        end -= 1
    return TokenSpan(actor.start, end)


def find_name_pairs(reading: Reading) -> frozenset[tuple[str, str]]:
    """Return pairs of capitalised words that the document has side by side more than once, at least once as one name."""
    tree = reading.tree
    seen: dict[tuple[str, str], int] = {}
    named: set[tuple[str, str]] = set()
    for token in range(1, len(tree)):
        if tree.capital[token] and tree.capital[token - 1]:
            pair = (tree.lower[token - 1], tree.lower[token])
            seen[pair] = seen.get(pair, 0) + 1
            if tree.pos[token - 1] == tree.pos[token] == "PROPN":
                named.add(pair)
    return frozenset(pair for pair in named if seen[pair] > 1)


def complete_name(reading: Reading, actor: TokenSpan, pairs: frozenset[tuple[str, str]]) -> TokenSpan:
    """Take in the rest of a name that stands in full elsewhere in the document: "Beyond" is "Beyond Parallel"."""
    lower = reading.tree.lower
    end = actor.end
    while end < len(lower) and (lower[end - 1], lower[end]) in pairs:
        end += 1
    return TokenSpan(actor.start, end)

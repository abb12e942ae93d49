"""The clause that follows a reporting verb or noun, by word order, and where it ends."""

from kg.found import TokenSpan
from kg.stages.attribution_cues import Reading, cut_out, sentence_bounds
from kg.stages.attribution_tree import QUOTATION_MARKS, SENTENCE_ENDS

_COMMAS = frozenset({",", "–", "—", "--"})
_MAX_SUBJECT = 30  # tokens between the comma and the verb of an inserted frame
_MAX_TRAILER = 25  # tokens of a frame after its verb
_MAX_GAP = 12  # tokens between a verb and the conjunction of its clause
_GOES_ON = frozenset({"ADP", "SCONJ", "ADV", "NOUN", "PROPN", "ADJ", "NUM", "PART"})


def find_following_clause(reading: Reading, verb: int) -> tuple[TokenSpan, ...]:
    """Find the clause that follows a reporting verb, with "that" or without; empty where none does."""
    tree, words = reading.tree, reading.lexicon.frames
    sentence = sentence_bounds(reading, verb)
    for token in range(verb + 1, min(sentence.end, verb + _MAX_GAP)):
        lower = tree.lower[token]
        if lower in words.complementizers:
            starts_clause = any(tree.is_verb(after) for after in range(token + 1, sentence.end))
            if starts_clause and (
                tree.pos[token] == "SCONJ" or tree.dep[token] == "mark" or lower not in words.relatives
            ):
                return cut_out(reading, TokenSpan(token, clause_end(reading, token, sentence)), ())
            return ()
        if tree.is_verb(token) or lower in SENTENCE_ENDS or lower == ":" or lower in words.interrogatives:
            break
        following = tree.lower[token + 1] if token + 1 < sentence.end else ""
        if tree.pos[token] == "NOUN" and following in words.complementizers and reading.lexicon.noun(tree, token):
            return ()  # the noun reports: "rejected the claim that ..."
    subjunctive = _subjunctive_clause(reading, verb, sentence)
    if subjunctive:
        return subjunctive
    if not {tree.lemma[verb], tree.lower[verb]} & words.bare_clause_verbs:
        return ()
    first = verb + 1
    while first < sentence.end and (tree.pos[first] == "ADV" or tree.lower[first] in QUOTATION_MARKS):
        first += 1
    return _bare_clause(reading, first, sentence)


def find_raised(reading: Reading, verb: int) -> tuple[TokenSpan, ...]:
    """Find the noun and the infinitive after a verb of expecting: "expects prices to fall"; empty where there is none."""
    tree = reading.tree
    noun = tree.child(verb, ("obj",))
    if noun is None or tree.left[noun] <= verb:
        return ()
    for clause in (*tree.children[verb], *tree.children[noun]):
        marked = any(tree.dep[child] == "mark" and tree.pos[child] == "PART" for child in tree.children[clause])
        if clause > noun and marked and tree.dep[clause] in ("xcomp", "ccomp", "advcl", "acl"):
            end = quoted_to_end(reading, verb, tree.left[noun], tree.right[clause] + 1)
            return cut_out(reading, TokenSpan(tree.left[noun], end), ())
    return ()


def find_noun_clause(reading: Reading, noun: int) -> tuple[TokenSpan, ...]:
    """Find "..., dass P" after a noun of saying, with only its modifiers between; empty where there is none."""
    tree, words = reading.tree, reading.lexicon.frames
    sentence = sentence_bounds(reading, noun)
    for token in range(noun + 1, min(noun + _MAX_GAP, sentence.end)):
        if tree.lower[token] in words.complementizers:
            if tree.lower[token] in words.relatives and tree.pos[token] != "SCONJ" and tree.dep[token] != "mark":
                return ()
            end = token + 1
            while end < sentence.end and not _starts_main_clause(reading, end):
                end += 1
            return cut_out(reading, TokenSpan(token, end), ()) if end - token > 2 else ()
        if tree.is_verb(token) and not reading.tree.is_participle(token):
            return ()
    return ()


def _starts_main_clause(reading: Reading, token: int) -> bool:
    """Tell whether a token is a comma with a finite verb right after it: the main clause goes on."""
    tree = reading.tree
    following = token + 1
    if tree.lower[token] not in _COMMAS or following >= len(tree):
        return False
    return tree.is_verb(following) and not reading.tree.is_participle(following)


def _subjunctive_clause(reading: Reading, verb: int, sentence: TokenSpan) -> tuple[TokenSpan, ...]:
    """Find "..., das Ventil sei defekt": after the frame's comma a main clause in the subjunctive."""
    tree = reading.tree
    comma = next(
        (at for at in range(verb + 1, min(sentence.end, verb + _MAX_TRAILER)) if tree.lower[at] in _COMMAS), None
    )
    if comma is None or any(tree.is_verb(at) and not tree.is_particle(at) for at in range(verb + 1, comma)):
        return ()
    first = comma + 1
    if first >= sentence.end or tree.pos[first] in ("SCONJ", "CCONJ", "VERB"):
        return ()
    for at in range(first, min(first + _MAX_SUBJECT, sentence.end)):
        if tree.is_verb(at) and not reading.tree.is_participle(at):
            if "Mood=Sub" not in tree.morph[at]:
                return ()
            return cut_out(reading, TokenSpan(first, clause_end(reading, first, sentence)), ())
    return ()


def _bare_clause(reading: Reading, first: int, sentence: TokenSpan) -> tuple[TokenSpan, ...]:
    """Find "the plan was off" right after the verb: a noun phrase, then a finite verb, no preposition or comma before it."""
    tree, words = reading.tree, reading.lexicon.frames
    if first >= sentence.end or tree.pos[first] not in ("DET", "PRON", "PROPN", "NOUN", "ADJ", "NUM"):
        return ()
    if tree.lower[first] in words.interrogatives:
        return ()
    aside = _relative_clause(reading, first, sentence)
    for token in range(first, min(aside.end + _MAX_GAP, sentence.end)):
        if aside.start <= token < aside.end:
            continue
        if tree.is_verb(token) and not reading.tree.is_participle(token):
            subject = any(tree.is_nominal(at) for at in range(first, token))
            return cut_out(reading, TokenSpan(first, clause_end(reading, first, sentence)), ()) if subject else ()
        if tree.lower[token] in (",", ":") or tree.pos[token] in ("SCONJ", "VERB"):
            return ()
    return ()


def _relative_clause(reading: Reading, first: int, sentence: TokenSpan) -> TokenSpan:
    """Return the relative clause between commas after a noun phrase that starts at ``first``; an empty span where none is."""
    tree = reading.tree
    commas = [token for token in range(first, sentence.end) if tree.lower[token] == ","]
    if len(commas) < 2 or commas[0] - first > _MAX_GAP or commas[1] - commas[0] > _MAX_TRAILER:
        return TokenSpan(first, first)
    opens = tree.lower[commas[0] + 1] in reading.lexicon.frames.relatives
    return TokenSpan(commas[0], commas[1] + 1) if opens else TokenSpan(first, first)


def clause_end(reading: Reading, token: int, sentence: TokenSpan) -> int:
    """Return where a reported clause ends: before the next report that is coordinated with it, at a semicolon, or with the sentence."""
    tree = reading.tree
    for at in range(token + 1, sentence.end):
        if tree.lower[at] == ";":
            return at
        if tree.lower[at] == "," and at + 1 < sentence.end and _opens_report(reading, at + 1, sentence):
            return at
    return sentence.end


def without_aside(reading: Reading, content: tuple[TokenSpan, ...]) -> tuple[TokenSpan, ...]:
    """Begin a content at its conjunction where only an adverb and a comma stand before it: "warned, however, that ..."."""
    tree = reading.tree
    start, end = content[0]
    aside = start + 2 < end and tree.pos[start] == "ADV" and tree.lower[start + 1] == ","
    if aside and tree.lower[start + 2] in reading.lexicon.frames.complementizers:
        return (TokenSpan(start + 2, end), *content[1:])
    return content


def quoted_to_end(reading: Reading, verb: int, start: int, end: int) -> int:
    """Carry the end of a clause after its verb to where the clause must end: past a quotation it cuts, past what can only belong to it.

    In English news trees a reported clause reaches the end of the sentence, or a coordinated clause, in 19 cases of 20.
    """
    tree = reading.tree
    sentence = sentence_bounds(reading, verb)
    if (
        reading.quote_of[verb] < 0
        and end < sentence.end
        and reading.quote_of[end - 1] >= 0
        and reading.quote_of[end] == reading.quote_of[end - 1]
    ):
        end = min(reading.quoted[reading.quote_of[end]].end + 1, sentence.end)
    elif end < sentence.end and end > 0 and tree.lower[end] in QUOTATION_MARKS and reading.quote_of[end - 1] >= 0:
        end += 1
    first = start + (tree.lower[start] == ",")
    if tree.lower[first] in reading.lexicon.frames.complementizers and not any(
        tree.is_verb(token) and not tree.is_participle(token) for token in range(start, end)
    ):
        return max(end, clause_end(reading, start, sentence))  # its finite verb must be further on
    rest = end
    comma = rest < sentence.end and tree.lower[rest] == ","
    rest += comma
    if rest >= sentence.end:
        return end
    goes_on = (
        tree.lower[rest] in reading.lexicon.frames.continuing_conjunctions if comma else tree.pos[rest] in _GOES_ON
    )
    return (
        max(end, clause_end(reading, start, sentence))
        if goes_on and clause_end(reading, start, sentence) > rest
        else end
    )


def before_closing_frame(reading: Reading, start: int, end: int) -> int:
    """Cut a clause before ", according to X" where that ends the sentence: it holds of the report, not of what is reported."""
    tree, words = reading.tree, reading.lexicon.frames
    for token in range(start + 1, end - 1):
        if tree.lower[token] != "," or tree.lower[token + 1] not in reading.lexicon.frame_words:
            continue
        name = tree.lower[token + 1]
        longer = f"{name} {tree.lower[token + 2]}" if token + 2 < len(tree) else name
        if name in words.prepositions or longer in words.prepositions:
            return token
    return end


def _opens_report(reading: Reading, token: int, sentence: TokenSpan) -> bool:
    """Tell whether the words after a comma are a new report: "adding that", "and said", "according to", "but the ministry denied"."""
    tree, words = reading.tree, reading.lexicon.frames
    following = tree.lower[token + 1] if token + 1 < sentence.end else ""
    if tree.lower[token] in words.prepositions or f"{tree.lower[token]} {following}" in words.prepositions:
        return True
    if tree.pos[token] == "CCONJ":
        token += 1
        for at in range(token, min(token + 8, sentence.end)):
            if tree.is_verb(at):
                entry = reading.lexicon.verb(tree, at)
                return entry is not None and tree.dep[at] not in ("aux", "aux:pass", "cop") and "clause" in entry.takes
            if tree.lower[at] in _COMMAS:
                return False
        return False
    return tree.is_verb(token) and reading.tree.is_participle(token) and reading.lexicon.verb(tree, token) is not None

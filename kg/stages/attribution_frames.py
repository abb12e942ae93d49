"""Frames inserted into what is reported, by word order: ", the ministry said,", ", sagte der Minister am Freitag".

Newspaper frames have few shapes. These rules read them off commas, parts of speech and the reporting verb, so that they
hold where the parser errs.
"""

from kg.found import TokenSpan
from kg.stages.attribution_cues import Reading, cut_out, sentence_bounds
from kg.stages.attribution_tree import QUOTATION_MARKS, SENTENCE_ENDS

_COMMAS = frozenset({",", "–", "—", "--"})
_MAX_SUBJECT = 30  # tokens between the comma and the verb of an inserted frame
_MAX_TRAILER = 25  # tokens of a frame after its verb
_STARTS_OBJECT = frozenset({"DET", "NOUN", "PROPN", "ADJ", "NUM", "PRON"})
_IN_SUBJECT = frozenset(
    {"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "ADP", "PART", "ADV", "AUX", "PUNCT", "X", "SYM", "CCONJ"}
)


def find_inserted_frame(reading: Reading, verb: int) -> tuple[TokenSpan, tuple[TokenSpan, ...]] | None:
    """Find a frame that is set off by commas, or that ends a sentence after a comma, and the content around it.

    Returns:
        The frame and the pieces of the content; None where the verb is not the verb of such a frame.
    """
    sentence = sentence_bounds(reading, verb)
    opening = _opening_comma(reading, verb, sentence)
    if opening is None:
        return None
    closing = _closing(reading, verb, opening, sentence)
    if closing is None:
        return None
    start, end = _after_colon(reading, sentence.start, opening), sentence.end
    if not _is_content(reading, start, opening, needs_verb=closing >= end):
        return None
    if opening + 1 == verb and not _is_inverted(reading, verb, opening, closing, sentence):
        return None
    frame = TokenSpan(opening, closing)
    content = cut_out(reading, TokenSpan(_skip_opener(reading, start), end), (frame,))
    if not content or not any(reading.tree.is_verb(token) for span in content for token in range(span.start, span.end)):
        return None
    return frame, content


def find_as_frame(reading: Reading, verb: int) -> tuple[TokenSpan, TokenSpan, tuple[TokenSpan, ...]] | None:
    """Find "Wie die Zeitung am Montag berichtet, ..." and "..., wie die Zeitung berichtet", with the noun phrase as it stands.

    Returns:
        The frame, the actor and the content; None where it is no such frame, or the verb has an object.
    """
    tree, words = reading.tree, reading.lexicon.frames
    sentence = sentence_bounds(reading, verb)
    start = verb
    while start > sentence.start and tree.pos[start - 1] in _IN_SUBJECT and tree.lower[start - 1] not in words.as_words:
        if tree.lower[start - 1] in _COMMAS or tree.lower[start - 1] in SENTENCE_ENDS:
            return None
        start -= 1
    opener = start - 1
    if opener < sentence.start or tree.lower[opener] not in words.as_words or words.speaker_first:
        return None
    after = verb + 1
    opens = _opens(reading, opener, sentence)
    ends = after >= sentence.end or tree.lower[after] in SENTENCE_ENDS
    if not (after < sentence.end and tree.lower[after] in _COMMAS) and not ends:
        return None
    if not opens and tree.lower[opener - 1] not in _COMMAS:
        return None
    first = next((token for token in range(start, verb) if tree.pos[token] != "ADP"), verb)
    end = next((token for token in range(first, verb) if tree.pos[token] in ("ADP", "ADV")), verb)
    if not any(tree.is_nominal(token) for token in range(first, end)) or tree.lower[first] in words.impersonal:
        return None
    frame = TokenSpan(opener if opens else opener - 1, min(after + (not ends), sentence.end))
    content = cut_out(reading, TokenSpan(_skip_opener(reading, sentence.start), sentence.end), (frame,))
    has_verb = any(tree.is_verb(token) for span in content for token in range(span.start, span.end))
    return (frame, TokenSpan(first, end), content) if has_verb else None


def _opens(reading: Reading, token: int, sentence: TokenSpan) -> bool:
    return all(reading.tree.pos[before] in ("PUNCT", "SPACE", "CCONJ") for before in range(sentence.start, token))


def find_frame_of_noun(reading: Reading, token: int) -> tuple[TokenSpan, TokenSpan, tuple[TokenSpan, ...]] | None:
    """Find ", the Advocate reports." or "As the Advocate reports," where "reports" was taken for a noun.

    Returns:
        The frame, the actor and the content; None where it is no such frame.
    """
    tree = reading.tree
    verb = reading.lexicon.forms.get(tree.lower[token])
    sentence = sentence_bounds(reading, token)
    if verb is None or "clause" not in verb.takes or token + 1 >= sentence.end or not tree.lower[token].endswith("s"):
        return None
    start = token
    while start > sentence.start and tree.pos[start - 1] in ("DET", "ADJ", "NOUN", "PROPN"):
        start -= 1
    before = start - 1
    if start == token or before < sentence.start:
        return None
    closes = tree.lower[token + 1] in SENTENCE_ENDS and tree.lower[before] in _COMMAS
    opens = (
        tree.lower[token + 1] in _COMMAS
        and before == sentence.start
        and tree.lower[before] in reading.lexicon.frames.as_words
    )
    if not closes and not opens:
        return None
    whole = TokenSpan(sentence.start, before) if closes else TokenSpan(token + 1, sentence.end)
    content = cut_out(reading, whole, ())
    has_verb = any(tree.is_verb(at) for span in content for at in range(span.start, span.end))
    return (TokenSpan(before, token + 1), TokenSpan(start, token), content) if has_verb else None


def _after_colon(reading: Reading, start: int, opening: int) -> int:
    """Return where content before an inserted frame starts: after a colon outside quotations, where the sentence has one."""
    for token in range(opening - 1, start, -1):
        if reading.tree.lower[token] == ":" and reading.quote_of[token] == reading.quote_of[opening]:
            return token + 1
    return start


def _is_inverted(reading: Reading, verb: int, opening: int, closing: int, sentence: TokenSpan) -> bool:
    """Tell whether a verb right after a comma has its speaker behind it: ", sagte der Minister".

    The comma may as well close a relative clause of the subject ("der Beamte, der ungenannt bleiben will, sagte der
    Zeitung, ...") or a subordinate clause ("sollte das zutreffen, drohen ..."); then the verb is that of the main clause.
    """
    tree, words = reading.tree, reading.lexicon.frames
    following = verb + 1
    while following < closing and tree.pos[following] == "ADV":
        following += 1
    if following >= closing or tree.pos[following] not in _STARTS_OBJECT:
        return False
    first = next(
        (token for token in range(sentence.start, opening) if tree.pos[token] not in ("PUNCT", "SPACE")), opening
    )
    goes_on = closing < sentence.end
    if tree.pos[first] in ("SCONJ", "VERB", "AUX") and not words.speaker_first and not goes_on:
        return False
    comma = next((token for token in range(first, opening + 1) if tree.lower[token] in _COMMAS), opening)
    if any(tree.is_verb(token) and not reading.tree.is_participle(token) for token in range(first, comma)):
        return True
    return goes_on and tree.is_verb(closing)


def _opening_comma(reading: Reading, verb: int, sentence: TokenSpan) -> int | None:
    """Return the comma or closing quotation mark before the subject and verb, or before the verb, of an inserted frame."""
    tree, words = reading.tree, reading.lexicon.frames
    token = verb - 1
    while token > sentence.start and verb - token <= _MAX_SUBJECT:
        if tree.lower[token] in _COMMAS:
            inner = range(token + 1, verb)
            if not inner:
                return (_before_apposition(reading, token, sentence) if words.speaker_first else None) or token
            first = token + 1
            if tree.lower[first] in words.as_words:
                return token
            if not words.speaker_first:
                return None  # in a verb-final clause a verb before a comma is no frame
            if tree.pos[first] in ("CCONJ", "SCONJ") or tree.lower[first] in words.relatives | words.complementizers:
                return None
            names = any(tree.is_nominal(at) for at in inner)
            return token if names and not any(tree.pos[at] == "ADP" for at in (first,)) else None
        if (
            tree.pos[token] not in _IN_SUBJECT
            and not reading.tree.is_participle(token)
            and tree.lower[token] not in QUOTATION_MARKS
        ):
            return None
        if tree.pos[token] == "PUNCT" and tree.lower[token] in SENTENCE_ENDS | {":"}:
            return None
        token -= 1
    return None


def _before_apposition(reading: Reading, closing: int, sentence: TokenSpan) -> int | None:
    """Return the comma before a subject with an apposition: in "..., its head, Jo Lind, said" the first of three."""
    tree = reading.tree
    commas = [token for token in range(sentence.start, closing) if tree.lower[token] in _COMMAS]
    if len(commas) < 2 or closing - commas[-2] > _MAX_SUBJECT:
        return None
    first, second = commas[-2:]
    nominal = all(
        any(tree.is_nominal(token) for token in range(start + 1, end))
        and tree.pos[start + 1] not in ("ADP", "CCONJ", "SCONJ", "ADV")
        and not any(
            tree.is_verb(token) and not tree.is_participle(token) and tree.pos[token] != "NOUN"
            for token in range(start + 1, end)
        )
        for start, end in ((first, second), (second, closing))
    )
    relative = tree.lower[second + 1] in reading.lexicon.frames.relatives and tree.pos[second + 1] == "PRON"
    return first if nominal and not relative else None


def _closing(reading: Reading, verb: int, opening: int, sentence: TokenSpan) -> int | None:
    """Return the index after an inserted frame: after its comma, or the end of the sentence."""
    tree, words = reading.tree, reading.lexicon.frames
    if opening + 1 < verb and verb + 1 < sentence.end and tree.pos[verb + 1] in _STARTS_OBJECT:
        addressed = tree.lemma[verb] in words.addressed or tree.lower[verb] in words.addressed
        if (
            not addressed
            and tree.lower[verb + 1] not in words.time_words
            and tree.lemma[verb + 1] not in words.time_words
        ):
            return None
    if _is_nonfinite(reading, verb) or (
        verb + 1 < sentence.end and tree.pos[verb + 1] == "PART" and tree.dep[verb + 1] == "mark"
    ):
        return None
    for token in range(verb + 1, min(sentence.end, verb + _MAX_TRAILER)):
        lower = tree.lower[token]
        if lower in SENTENCE_ENDS and lower != ";":
            return sentence.end
        if lower in (";", ":"):
            return token if lower == ";" else None
        if lower in _COMMAS:
            return _after_comma(reading, token, sentence)
        if lower in words.complementizers or tree.pos[token] == "SCONJ":
            return (
                sentence.end
                if tree.pos[token] == "SCONJ" and lower not in words.complementizers and token > verb + 2
                else None
            )
        if tree.pos[token] in ("VERB", "AUX") and not reading.tree.is_participle(token):
            return None
        if (
            lower in QUOTATION_MARKS
            and token + 1 < sentence.end
            and reading.quote_of[token + 1] >= 0
            and reading.quote_of[verb] < 0
        ):
            return None
    return sentence.end if sentence.end - verb < _MAX_TRAILER else None


def _is_nonfinite(reading: Reading, verb: int) -> bool:
    """Tell whether a verb cannot be that of an inserted frame: an imperative, an infinitive, a present participle."""
    morph = reading.tree.morph[verb]
    present_participle = "VerbForm=Part" in morph and "Tense=Pres" in morph
    return "Mood=Imp" in morph or "VerbForm=Inf" in morph or "VerbForm=Ger" in morph or present_participle


def _after_comma(reading: Reading, comma: int, sentence: TokenSpan) -> int:
    """Return where the content goes on after a frame's comma; the end of the sentence where only the frame goes on."""
    tree = reading.tree
    following = comma + 1
    if following >= sentence.end:
        return sentence.end
    rest = range(following, sentence.end)
    finite = [token for token in rest if tree.is_verb(token) and not reading.tree.is_participle(token)]
    opener = tree.pos[following]
    if opener in ("VERB", "AUX") and "VerbForm=Inf" in tree.morph[following]:
        return following  # the bare form is also the present plural
    if opener == "CCONJ" and following + 1 < sentence.end and tree.pos[following + 1] in ("VERB", "AUX"):
        return sentence.end  # "..., she said, but refused to say more"
    if not finite or (opener == "VERB" and reading.tree.is_participle(following)):
        return sentence.end
    # an apposition or relative clause of the speaker up to the next comma belongs to the frame
    if opener in ("DET", "PROPN", "NOUN", "ADJ") or tree.lower[following] in reading.lexicon.frames.relatives:
        next_comma = next((token for token in rest if tree.lower[token] in _COMMAS), None)
        relative = tree.lower[following] in reading.lexicon.frames.relatives and opener in ("PRON", "DET")
        verbs_before = [token for token in finite if next_comma is None or token < next_comma]
        if relative and opener == "PRON":
            return sentence.end if next_comma is None else next_comma + 1
        if not verbs_before and next_comma is not None and tree.dep[tree.head[following]] == "appos":
            return next_comma + 1
    return following


def _is_content(reading: Reading, start: int, opening: int, *, needs_verb: bool) -> bool:
    """Tell whether the words before an inserted frame can be content: a clause, or its beginning."""
    tree, words = reading.tree, reading.lexicon.frames
    tokens = [token for token in range(start, opening) if tree.pos[token] not in ("PUNCT", "SPACE")]
    if not tokens:
        return False
    if tree.lower[tokens[0]] in words.temporal_conjunctions and not needs_verb:
        return False
    has_verb = any(tree.is_verb(token) for token in tokens)
    if needs_verb:
        return has_verb
    return has_verb or any(tree.is_nominal(token) for token in tokens)


def _skip_opener(reading: Reading, start: int) -> int:
    tree = reading.tree
    while start < len(tree) and tree.pos[start] in ("PUNCT", "SPACE") and tree.lower[start] not in QUOTATION_MARKS:
        start += 1
    return start

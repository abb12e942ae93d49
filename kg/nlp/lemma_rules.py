"""Lemma rules: how a lemma is made from its form, as a label that a classifier can learn (Chrupała 2006; Straka 2018)."""

from functools import lru_cache

_KEEP = ">"
_DELETE = "-"
_INSERT = "+"
_WHOLE = "="


def make_rule(form: str, lemma: str) -> str:
    """Return the rule that makes the lemma of the form.

    The first letter says what becomes of the case before and after the edits ("k": nothing, "l": small letters,
    "c": the lemma's first letter is a capital), then come the edits of what stands before and after the longest common
    part. Where nothing is in common, the rule is the lemma itself.

    Args:
        form: as it stands in the text, not empty.
        lemma: not empty.
    """
    if lemma == lemma.lower():
        case, source, target = "l", form.lower(), lemma
    elif lemma[:1].isupper() and not form[:1].isupper():
        case, source, target = "c", form, lemma[:1].lower() + lemma[1:]
    else:
        case, source, target = "k", form, lemma
    start, begin, size = _common(source, target)
    if not size:
        return _WHOLE + lemma
    before = _edits(source[:start], target[:begin])
    after = _edits(source[start + size :], target[begin + size :])
    return f"{case}{before};{after}"


@lru_cache(maxsize=200_000)
def apply_rule(form: str, rule: str) -> str:
    """Return the lemma that a rule makes of a form; the form itself where the rule does not fit it."""
    if rule.startswith(_WHOLE):
        return rule[1:]
    case, edits = rule[0], rule[1:]
    # the first ";" that is not inserted parts the edits
    place = 0
    while place < len(edits) and edits[place] != ";":
        place += 2 if edits[place] == _INSERT else 1
    before, after = edits[:place], edits[place + 1 :]
    source = form.lower() if case == "l" else form
    n_before, n_after = _consumed(before), _consumed(after)
    if n_before + n_after >= len(source):
        return form
    middle = source[n_before : len(source) - n_after]
    lemma = _apply(source[:n_before], before) + middle + _apply(source[len(source) - n_after :], after)
    return lemma[:1].upper() + lemma[1:] if case == "c" else lemma


def _common(one: str, other: str) -> tuple[int, int, int]:
    """Return start in both and length of the longest common part, the leftmost one."""
    best = (0, 0, 0)
    lengths = [0] * (len(other) + 1)
    for i, letter in enumerate(one):
        previous = 0
        for j, counterpart in enumerate(other, start=1):
            kept = lengths[j]
            lengths[j] = previous + 1 if letter == counterpart else 0
            previous = kept
            if lengths[j] > best[2]:
                best = (i - lengths[j] + 1, j - lengths[j], lengths[j])
    return best


def _edits(source: str, target: str) -> str:
    """Return the fewest edits: keep, delete, insert a letter (Wagner & Fischer 1974, no substitution)."""
    costs = [[i + j for j in range(len(target) + 1)] for i in range(len(source) + 1)]
    for i in range(1, len(source) + 1):
        for j in range(1, len(target) + 1):
            costs[i][j] = 1 + min(costs[i - 1][j], costs[i][j - 1])
            if source[i - 1] == target[j - 1]:
                costs[i][j] = min(costs[i][j], costs[i - 1][j - 1])
    edits: list[str] = []
    i, j = len(source), len(target)
    while i or j:
        if i and j and source[i - 1] == target[j - 1] and costs[i][j] == costs[i - 1][j - 1]:
            edits.append(_KEEP)
            i, j = i - 1, j - 1
        elif j and costs[i][j] == costs[i][j - 1] + 1:
            edits.append(_INSERT + target[j - 1])
            j -= 1
        else:
            edits.append(_DELETE)
            i -= 1
    return "".join(reversed(edits))


def _consumed(edits: str) -> int:
    n_letters = place = 0
    while place < len(edits):
        if edits[place] == _INSERT:
            place += 2
        else:
            n_letters += 1
            place += 1
    return n_letters


def _apply(source: str, edits: str) -> str:
    result: list[str] = []
    taken = place = 0
    while place < len(edits):
        if edits[place] == _INSERT:
            result.append(edits[place + 1])
            place += 2
            continue
        if edits[place] == _KEEP:
            result.append(source[taken])
        taken += 1
        place += 1
    return "".join(result)

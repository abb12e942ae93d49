"""Compute what raw text says of words at sentence ends and starts, after Kiss & Strunk 2006."""

import itertools
import lzma
import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from kg.nlp.sentence_features import Place, WordTable
from pipeline import corpora

LETTERS = {"de": 6_000_000, "en": 12_000_000}
"""Letters read of each raw file."""
MIN_COUNT = 12
MIN_ABBREVIATION = 5
MIN_SPEECH = 3
LONG_WORD = 6
LARGEST_DAY = 31
N_WORDS = 20_000
N_SPEECH = 40
_FINAL = re.compile(r"[.,;:!?…\"”“„»«)\]]+$")
_QUOTED_SPEECH = {
    "de": re.compile(r"[“\"«”],? ([a-zäöü]+) "),
    "en": re.compile(r"[,?!][”\"] (?:[A-Z]\w+ )?(?:[A-Z]\w+ )?([a-z]+)[ ,.]"),
}


@cache
def raw_lines(language: str) -> tuple[str, ...]:
    lines: list[str] = []
    for path in sorted((corpora.DATA / "raw" / language).glob("*.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            lines += file.read(LETTERS[language]).splitlines()
    return tuple(lines)


def _class(ratio: float, scale: float = 1.0, middle: int = 5) -> str:
    """Return a log ratio as one digit."""
    return str(min(9, max(0, round(ratio / scale) + middle)))


def word_table(language: str, abbreviations: frozenset[str]) -> WordTable:
    """Count and divide into classes.

    ``before``: two digits, log of (seen before lower case or comma : before a frequent starter), log of (with stop :
    without). ``after``: three digits, log of how much more often the word stands after a sure sentence end, a number
    with a full stop, an initial, than capitalised within a sentence.
    """
    plain: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    goes_on: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    after_end: Counter[str] = Counter()
    within: Counter[str] = Counter()
    after_number: Counter[str] = Counter()
    after_initial: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    speech: Counter[str] = Counter()
    for line in raw_lines(language):
        speech.update(_QUOTED_SPEECH[language].findall(line))
        tokens = line.split()
        for word, following in itertools.pairwise(tokens):
            next_word = _FINAL.sub("", following)
            if word[-1] == ".":
                own = word[:-1].lstrip("\"„“»«(['")
                if not own or own[-1] in ".…":
                    continue
                stopped[own] += 1
                if following[0].islower():
                    goes_on[own] += 1
                elif next_word and next_word[0].isupper():
                    pairs[own, next_word] += 1
                    if own.isdigit():
                        after_number[next_word] += 1
                    elif len(own) == 1:
                        after_initial[next_word] += 1
                    elif own.isalpha() and own.islower() and len(own) > 4:
                        after_end[next_word] += 1
            else:
                bare = _FINAL.sub("", word)
                if bare:
                    plain[bare] += 1
                    if word[-1] in ",;:":
                        inner = bare[:-1] if bare.endswith(".") else ""
                        if word.rstrip(",;:").endswith(".") or inner:
                            own = word.rstrip(",;:").rstrip(".").lstrip("\"„“»«(['")
                            stopped[own] += 1
                            goes_on[own] += 1
                    elif bare == word and word.islower() and next_word and next_word[0].isupper():
                        within[next_word] += 1
                    if word.islower():
                        lower[word] += 1
    totals = {id(c): sum(c.values()) for c in (after_end, within, after_number, after_initial)}

    def ratio(word: str, counts: Counter[str]) -> float:
        share = (counts[word] + 0.5) / (totals[id(counts)] + 1)
        # a word that is mostly written small inside a sentence is no name: both count as "within", the small one less
        other = (within[word] + 0.5) / (totals[id(within)] + 1)
        return math.log(share / other)

    words = Counter(
        {
            word: after_end[word] + within[word] + after_number[word] + after_initial[word]
            for word in {*after_end, *within, *after_number, *after_initial}
        }
    )
    kept = [(word, count) for word, count in words.most_common(N_WORDS) if count >= MIN_COUNT]
    after = {
        word: _class(ratio(word, after_end)) + _class(ratio(word, after_number)) + _class(ratio(word, after_initial))
        for word, _ in kept
    }
    starters = {word for word, count in kept if after_end[word] >= 50 and ratio(word, after_end) > 2}
    ends: Counter[str] = Counter()
    for (own, next_word), count in pairs.items():
        if next_word in starters:
            ends[own] += count
    before = {}
    for own, count in stopped.items():
        if count < MIN_ABBREVIATION or any(letter.isdigit() for letter in own):
            continue
        on = math.log((goes_on[own] + 0.5) / (ends[own] + 0.5))
        often = math.log((count + 0.5) / (plain[own] + 0.5))
        if on > -2 or often > 0:
            before[own] = _class(on) + _class(often)
    # words that stand after quotations much more often than elsewhere
    often = [word for word, count in speech.items() if count >= MIN_SPEECH]
    verbs = sorted(often, key=lambda word: (-speech[word] / (lower[word] + 200), word))
    return WordTable(before, after, frozenset(verbs[:N_SPEECH]), abbreviations)


def sample_lines(language: str, number: int, seed: int) -> list[str]:
    """Return lines of raw text with full stops in them, chosen by lot."""
    lines = [line for line in raw_lines(language) if ". " in line and len(line) > 100]
    return random.Random(seed).sample(lines, number)


def judge(words: Sequence[str], place: Place, begin: int, table: WordTable) -> bool | None:
    """Say whether a place on a line starts a sentence where one side of it leaves no doubt; else None.

    A word that nearly always starts sentences does so after anything that is no abbreviation; any capitalised word
    does after a long word in lower case. What stands far more often within sentences starts none after an
    abbreviation, an initial or the number of a day; nor does anything after the number of a list's item.
    """
    if place.newlines or place.mark != place.last or words[place.last][-1] != ".":
        return None
    mark = words[place.last]
    word = mark[:-1] or words[place.last - 1]
    following = words[place.start]
    if not following[0].isupper() or not word[-1].isalnum():
        return None
    starts = table.after.get(following, "?")[0]
    looks = table.before.get(word, "?")[0]
    if word.isdecimal() and begin >= place.last - (mark == "."):
        return False
    if starts == "?":
        return True if looks == "?" and word.isalpha() and word.islower() and len(word) >= LONG_WORD else None
    day = word.isdecimal() and int(word) <= LARGEST_DAY
    if int(starts) >= 9 and (looks == "?" or int(looks) <= 5 or ("." in word and word.isupper())):
        return True
    if int(starts) <= 4 and (day or len(word) == 1 or (looks != "?" and int(looks) >= 8)):
        return False
    if looks == "?" and word.isalpha() and word.islower() and len(word) >= LONG_WORD:
        return True
    return None

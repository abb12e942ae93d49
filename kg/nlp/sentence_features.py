"""Places where a sentence may start, and what speaks for and against it, from words and blanks alone.

Nothing here knows a language: what words tell comes from a ``WordTable``, which training computes from raw text.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

END_MARKS = frozenset(".!?…")
MARKS = frozenset(".!?…,;:")
CLOSING_BRACKETS = frozenset(")]")
OPENING_BRACKETS = frozenset("([")
DOUBLE_QUOTES = frozenset('"„“”»«') | {"''", "``"}
QUOTES = DOUBLE_QUOTES | frozenset("'‚‘’›‹`")
DASHES = frozenset("-–—•*·>#|") | {"--"}
BEFORE_STARTS = QUOTES | OPENING_BRACKETS | DASHES

_ROMAN = frozenset("IVXLCM")
_LARGEST_DAY = 31
_YEARS = range(1000, 2100)
_LONG_WORD = 4
_REACH_OF_SPEECH = 5
"""Words after a closing quotation mark among which "said" shows that the sentence goes on."""
_DISTANCES = (1, 2, 3, 5, 9)
_NEARLY = 0.75
_SOME_ROOM = 0.15
_SURE_START = "9"
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class WordTable:
    """What raw text says of words; every value is a string of single digits or letters, each one a class.

    Attributes:
        before: of words seen before a full stop: how much they look like an abbreviation, how often the stop is there.
        after: of capitalised words: how much they prefer the start of a sentence, the place after a number with a
            full stop, the place after an initial.
        speech: words that follow a quotation ("said").
        abbreviations: known ones, with their full stop.
    """

    before: dict[str, str]
    after: dict[str, str]
    speech: frozenset[str]
    abbreviations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A place where a sentence may start.

    Attributes:
        start: index of the word that would be its first.
        last: index of the last word before, closing quotation marks and brackets included.
        mark: index of the token with the end mark; None: there is none, only a new line.
        newlines: between the two; two or more always end a sentence.
        quoted: the end mark stands between quotation marks.
        bracketed: the end mark stands between brackets.
        room: the share of the longest line that was still free on the last line after the next word; negative where
            it did not fit; None: no new line.
        wrapped: the share of the document's lines before single new lines that are nearly as long as the longest.
    """

    start: int
    last: int
    mark: int | None
    newlines: int
    quoted: bool
    bracketed: bool
    room: float | None
    wrapped: float


def find_places(words: Sequence[str], gaps: Sequence[bool]) -> Iterator[Place]:
    """Yield the places in text order: after an end mark with what closes after it, and at new lines.

    Args:
        words: of the whole document, whitespace tokens among them.
        gaps: whether there is a space after each.
    """
    width, wrapped = _measure_lines(words, gaps)
    last = -1
    mark: int | None = None
    in_quote = in_bracket = quoted = bracketed = False
    newlines = line_length = 0
    for index, word in enumerate(words):
        if word.isspace():
            newlines += word.count("\n")
            if not newlines:
                line_length += len(word) + gaps[index]
            continue
        closes = False
        if word in QUOTES:
            closes = _closes(words, gaps, index, last, in_quote=in_quote)
            if word in DOUBLE_QUOTES:
                in_quote = not closes
        elif word in CLOSING_BRACKETS:
            closes = True
            in_bracket = False
        elif word in OPENING_BRACKETS:
            in_bracket = True
        if last < 0:
            pass
        elif newlines or (mark is not None and not closes and word[0] not in MARKS):
            room = None
            if newlines:
                room = (width - line_length - len(word)) / width
            marked = mark is not None
            yield Place(index, last, mark, newlines, marked and quoted, marked and bracketed, room, wrapped)
            mark = None
            if newlines > 1:
                in_quote = word in DOUBLE_QUOTES
                in_bracket = word in OPENING_BRACKETS
        elif not closes:
            mark = None
        if newlines:
            newlines = line_length = 0
        if word[-1] in END_MARKS:
            mark, quoted, bracketed = index, in_quote, in_bracket
        line_length += len(word) + gaps[index]
        last = index


def _measure_lines(words: Sequence[str], gaps: Sequence[bool]) -> tuple[int, float]:
    """Return the length of the longest line and the share of lines before single new lines that come close to it."""
    if not any("\n" in word for word in words):
        return 0, 0.0
    text = "".join([word + " " if gap else word for word, gap in zip(words, gaps, strict=True)])
    lines = [len(line.strip()) for line in text.split("\n")]
    width = max(lines)
    broken = [length for length, following in itertools.pairwise(lines) if length and following]
    return width, sum(length > _NEARLY * width for length in broken) / max(1, len(broken))


def is_excluded(words: Sequence[str], place: Place, begin: int, table: WordTable) -> bool:
    """Tell whether no sentence can start at a place of a line.

    None does in lower case after a quotation, after the number of a list's item ("2. The ..."), and after a known
    abbreviation, but for a word that nearly always starts sentences ("No. The ...").
    """
    if place.newlines:
        return False
    if place.mark != place.last:
        return words[place.start].islower()
    kind, word, index = _before(words, place)
    if kind == "." and word.isdecimal() and index <= begin:
        return True
    return f"{word}." in table.abbreviations and table.after.get(words[place.start], "")[:1] != _SURE_START


def _closes(words: Sequence[str], gaps: Sequence[bool], index: int, last: int, *, in_quote: bool) -> bool:
    """Tell whether a quotation mark closes: by the spaces around it, and where they do not say by what is open."""
    space_before = last < 0 or gaps[last] or last != index - 1
    space_after = gaps[index] or index + 1 == len(words) or words[index + 1].isspace()
    if space_before != space_after:
        return space_after
    if not space_before and words[index + 1][0] in MARKS:
        return True
    return in_quote


def describe(words: Sequence[str], gaps: Sequence[bool], place: Place, begin: int, table: WordTable) -> list[str]:
    """Name the features of a place.

    Args:
        words: of the document.
        gaps: whether there is a space after each.
        place: as ``find_places`` yields it.
        begin: index of the first word of the sentence that would end here.
        table: of the language.
    """
    stop, word, n_before = _before(words, place)
    first = place.start
    end = min(len(words), first + 1 + _REACH_OF_SPEECH)
    while first + 1 < end and words[first] in BEFORE_STARTS:
        first += 1
    opened = "" if first == place.start else _kind_of_opener(words[place.start])
    following = words[first]
    next_shape = _shape(following)
    second = words[first + 1] if first + 1 < len(words) else ""
    second_shape = _shape(second) if second.strip() else "end"
    closed = "" if place.mark in (None, place.last) else ("q" if words[place.last] in QUOTES else "b")
    gap = "n" if place.newlines else "s" if gaps[place.last] or place.last + 1 != place.start else "0"
    shape = _shape(word) if word else "none"
    known = table.before.get(word) or _unknown_before(shape)
    looks, often = known[0], known[1]
    after = table.after.get(following) or table.after.get(following.rstrip(".")) or (_UNKNOWN * 3)
    starts = after[0]
    listed = "l" if word and word + "." in table.abbreviations else ""
    number = shape[0] == "9"
    initial = shape == "X"
    length = _bucket(place.last - begin + 1)
    previous = words[n_before - 1] if n_before > begin else "^"
    previous_shape = _shape(previous) if not previous.isspace() else "^"
    inside = ("q" if place.quoted else "") + ("b" if place.bracketed else "")
    end_kind = stop + closed + gap
    features = [
        "m" + end_kind,
        f"mn {end_kind} {opened}{next_shape}",
        f"mi {end_kind} {inside} {opened}{next_shape}",
        f"ms {stop}{closed} {starts}",
        f"l {stop}{closed} {length}",
        f"n {stop} {following}",
        f"n2 {stop} {next_shape} {second_shape}",
    ]
    if stop == ".":
        features += [
            f"p {shape}",
            f"ab {looks}{often}{listed}",
            f"abs {looks}{listed} {starts}",
            f"abn {looks}{often}{listed} {next_shape}",
            f"pn {shape} {next_shape}",
            f"ps {shape} {starts}",
            f"w {word}",
            f"wn {word} {next_shape}",
            f"ws {word} {starts}",
            f"wl {shape} {length}",
            f"v {shape} {previous.lower() if len(previous) <= _LONG_WORD else previous_shape}",
        ]
        if number:
            features += [f"o {after[1]}", f"op {after[1]} {previous_shape}", f"os {after[1]}{starts} {shape}"]
        if initial:
            features += [f"i {after[2]}", f"ip {after[2]} {previous_shape}", f"is {after[2]}{starts}"]
    if closed == "q":
        speech = _find_speech(words, first, table)
        whole = words[begin] in QUOTES
        features += [f"sp {speech}", f"spm {stop} {speech} {opened}{next_shape}", f"sps {speech} {starts}"]
        features += [f"sw {stop} {speech} {whole}", f"ss {stop} {starts} {whole}"]
    if place.room is not None:
        room = "no" if place.room < 0 else "some" if place.room < _SOME_ROOM else "much"
        wrapped = round(3 * place.wrapped)
        features += [
            f"r {room}",
            f"rm {room} {stop}",
            f"rw {room} {wrapped} {stop}",
            f"rwn {room} {wrapped} {stop} {next_shape}",
            f"rs {room} {stop} {next_shape} {starts}",
            f"rl {room} {stop} {length}",
            f"rp {room} {stop} {shape} {next_shape}",
        ]
    return features


def _before(words: Sequence[str], place: Place) -> tuple[str, str, int]:
    """Return the kind of the end mark, the word that it follows ("" if that is none), and the word's index."""
    if place.mark is None:
        last = words[place.last]
        return ("," if last[-1] in ",;" else ":" if last[-1] == ":" else "-"), last, place.last
    index = place.mark
    mark = words[index]
    word = mark.rstrip(".!?…")
    end = mark[len(word) :]
    if not word:
        while index > 0 and words[index - 1][0] in END_MARKS and words[index - 1].rstrip(".!?…") == "":
            index -= 1
            end = words[index] + end
        index -= 1
        word = words[index] if index >= 0 and not words[index].isspace() else ""
    if "…" in end or ".." in end:
        kind = "…"
    elif "?" in end or "!" in end:
        kind = "?" if "?" in end else "!"
    else:
        kind = "."
    return kind, word, max(index, 0)


def _find_speech(words: Sequence[str], first: int, table: WordTable) -> str:
    """Tell how many words after a quotation "said" comes, and whether a colon follows it; "" if it does not come."""
    for distance, word in enumerate(words[first : first + _REACH_OF_SPEECH]):
        if word in END_MARKS or word in QUOTES:
            break
        if word in table.speech:
            following = words[first + distance + 1] if first + distance + 1 < len(words) else ""
            return f"{distance}:" if following == ":" else str(distance)
    return ""


def _kind_of_opener(word: str) -> str:
    return "q" if word in QUOTES else "b" if word in OPENING_BRACKETS else "d"


def _bucket(length: int) -> int:
    return sum(length > limit for limit in _DISTANCES)


def _unknown_before(shape: str) -> str:
    return _UNKNOWN + ("w" if shape.startswith("x") else "-")


def _shape(word: str) -> str:
    """Name the form of a word: case, length where it is short, kind of number; a full stop at its end is kept."""
    if len(word) > 1 and word[-1] == "." and word[-2] != ".":
        return _shape(word[:-1]) + "."
    if word.isalpha():
        n = len(word) if len(word) < _LONG_WORD else ""
        if word.islower():
            return f"x{n}"
        if len(word) == 1:
            return "X"
        if word[1:].islower():
            return f"Xx{n}"
        return "R" if _ROMAN.issuperset(word) else "XX" if word.isupper() else "xX"
    if word.isdecimal():
        value = int(word)
        return "9d" if value <= _LARGEST_DAY else "9y" if value in _YEARS else "9"
    if word[0].isdecimal():
        return "9,"
    if "." in word[:-1] and word[0].isalpha():
        return "X.X" if word[0].isupper() else "x.x"
    if word[0].isalpha():
        return "x-x" if word[0].islower() else "X-x"
    return word[0] if word[0] in QUOTES or word[0] in MARKS or word[0] in CLOSING_BRACKETS else "#"

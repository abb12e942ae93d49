"""The answer as text for a terminal: a tree of 80 columns, with the words of the question's language."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from kg.labels import Labels, load_labels
from kg.model import Direction, Modality
from kg.trace.answer import grouped
from kg.trace.records import Gap, Trace, TraceEvidence, TraceItem, TraceOrigin
from kg.trace.rules import TraceRules, load_trace_rules
from kg.trace.support import level_of
from kg.trace.timeline import in_time

_COLOURS = {
    Direction.SUPPORTS: "32",
    Direction.DISPUTES: "31",
    Direction.UNDERCUTS: "33",
    Direction.CONTEXT: "36",
}
_SIGNS = {Direction.SUPPORTS: "+", Direction.DISPUTES: "−", Direction.UNDERCUTS: "~", Direction.CONTEXT: "·"}
Member = TypeVar("Member", TraceItem, TraceOrigin, Gap)

_BOLD, _DIM = "1", "2"
_MOST_CONTEXT = 8  # context claims shown; the JSON has all
_MOST = 20
_MOST_EVIDENCE = 2
_LONGEST_EVIDENCE = 90  # characters
_EVIDENCE_LABELS = {
    Direction.SUPPORTS: "evidence",
    Direction.DISPUTES: "disputed",
    Direction.UNDERCUTS: "undercut",
    Direction.CONTEXT: "beside",
}
_NARROWEST = 40
_LEAST_DATES = 2
_MOST_DATES = 12
_DATE = 10  # characters
_QUOTES = {"de": ("„", "“"), "en": ("“", "”")}


class _Page:
    """Lines under construction, with a tree drawn at their left."""

    def __init__(self, width: int, color: bool) -> None:
        self.width = max(_NARROWEST, width)
        self.color = color
        self.lines: list[str] = []

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def add(self, text: str = "", first: str = "", rest: str | None = None, code: str = "") -> None:
        """Add a wrapped paragraph with a prefix for its first line and one for the others."""
        rest = first if rest is None else rest
        wrapped = textwrap.wrap(
            text, self.width - max(len(first), len(rest)), break_long_words=True, break_on_hyphens=False
        )
        for n, line in enumerate(wrapped or [""]):
            prefix = first if n == 0 else rest
            self.lines.append((self.paint(prefix, _DIM) + (self.paint(line, code) if code else line)).rstrip())

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def render_text(trace: Trace, width: int = 80, color: bool = False) -> str:
    """Render an answer as text.

    Args:
        trace: the answer.
        width: columns; at least 40.
        color: whether to use ANSI colours.

    Returns:
        Lines no longer than ``width``, the last one ended by a line feed.
    """
    rules, labels = load_trace_rules(trace.language), load_labels(trace.language)
    page = _Page(width, color)
    page.add(trace.question, f"{rules.words['question']}: ", " " * (len(rules.words["question"]) + 2), _BOLD)
    page.add(trace.verdict)
    if trace.items:
        page.add(_support(trace, rules))
        change = _what_would_change_it(trace, rules)
        if change:
            page.add(change)
    for direction, items in grouped(trace.items).items():
        _render_group(page, direction, items, rules, labels)
    if trace.origins or trace.opposing:
        _render_origins(page, [*trace.origins, *trace.opposing], rules)
    _render_timeline(page, trace, rules)
    if trace.gaps:
        _render_gaps(page, trace.gaps, rules)
    if trace.nearest:
        page.add()
        page.add(rules.words["nearest"], code=_BOLD)
        for last, item in _mark_last(trace.nearest):
            _render_item(page, item, last, rules, labels)
    return page.text()


def _support(trace: Trace, rules: TraceRules) -> str:
    words, opinion = rules.words, trace.support
    numbers = (
        f"{words['names_belief']} {opinion.belief:.2f} · {words['names_disbelief']} {opinion.disbelief:.2f}"
        f" · {words['names_uncertainty']} {opinion.uncertainty:.2f}"
    )
    return f"{words['support']}: {trace.support_words} ({numbers})"


def _what_would_change_it(trace: Trace, rules: TraceRules) -> str:
    """Say on whom the support hangs most, and what one more origin would make of it."""
    parts = []
    names = {origin.origin_id: origin.name for origin in (*trace.origins, *trace.opposing)}
    for word, opinion in (("without", trace.without), ("with_one_more", trace.with_one_more)):
        if opinion is not None:
            words = rules.words[word].format(names=names.get(trace.hangs_on or "", ""))
            level = rules.levels[level_of(opinion)].rstrip(".")
            parts.append(
                f"{words}: {level} ({rules.words['names_belief']} {opinion.belief:.2f}"
                f" · {rules.words['names_disbelief']} {opinion.disbelief:.2f})"
            )
    return ". ".join(parts) + "." if parts else ""


def _render_group(
    page: _Page, direction: Direction, items: Sequence[TraceItem], rules: TraceRules, labels: Labels
) -> None:
    page.add()
    page.add(f"{rules.words[direction.value]} ({len(items)})", code=f"{_BOLD};{_COLOURS[direction]}")
    most = _MOST_CONTEXT if direction is Direction.CONTEXT else _MOST
    prints = _prints(items)
    shown = [item for item in items if item.claim_id in prints]
    for last, item in _mark_last(shown[:most]):
        _render_item(page, item, last and len(shown) <= most, rules, labels, prints[item.claim_id])
    if len(shown) > most:
        page.add(rules.words["more"].format(n=len(shown) - most), "└─ ", "   ")


def _prints(items: Sequence[TraceItem]) -> dict[str, list[TraceItem]]:
    """The first item of each wording by one actor, with the others that only print it again."""
    first: dict[tuple[str, str], str] = {}
    found: dict[str, list[TraceItem]] = {}
    for item in items:
        key = (" ".join(item.quote.casefold().split()).strip(".!?…"), item.actor.name.casefold())
        if key in first:
            found[first[key]].append(item)
        else:
            first[key] = item.claim_id
            found[item.claim_id] = []
    return found


def _render_item(
    page: _Page, item: TraceItem, last: bool, rules: TraceRules, labels: Labels, prints: Sequence[TraceItem] = ()
) -> None:
    branch, trunk = ("└─ ", "   ") if last else ("├─ ", "│  ")
    opening, closing = _QUOTES.get(item.source.language, ("“", "”"))
    page.add(
        f"{opening}{_soften(item.quote, opening, closing)}{closing}", f"{branch}{_SIGNS[item.direction]} ", f"{trunk}  "
    )
    inner = f"{trunk}  "
    page.add(_who(item, rules), inner, inner + "  ")
    page.add(_sureness(item, rules, labels), inner, inner + "  ")
    for line in _evidence_lines(item.evidence, rules, labels):
        page.add(line, inner, inner + "  ")
    if item.reasons:
        page.add("; ".join(item.reasons), inner, inner + "  ", _DIM)
    page.add(_where(item, rules), inner, inner + "  ", _DIM)
    if prints:
        others = ", ".join(dict.fromkeys(other.source.publisher or other.source.document_id for other in prints))
        page.add(f"{rules.words['printed']}: {others}", inner, inner + "  ", _DIM)
    if not last:
        page.lines.append(page.paint(trunk.rstrip(), _DIM))


def _soften(quote: str, opening: str, closing: str) -> str:
    """Turn double quotation marks inside a quotation into single ones."""
    marks = {"„": "‚", "“": "‘", "”": "’"} if opening == "„" else {"“": "‘", "”": "’", "„": "‚"}
    return "".join(marks.get(char, char) for char in quote) if opening != closing else quote


def _who(item: TraceItem, rules: TraceRules) -> str:
    """The chain, origin first: who, through whom."""
    names = [actor.name + ("" if actor.named else f" ({rules.words['unnamed']})") for actor in item.chain]
    names = [name for n, name in enumerate(names) if n == 0 or name != names[n - 1]]
    if len(names) == 1:
        return f"{names[0]}, {rules.words['own_voice']}" if item.claim_type.value == "own" else names[0]
    return f"{names[-1]} ← {' ← '.join(reversed(names[:-1]))}"


def _sureness(item: TraceItem, rules: TraceRules, labels: Labels) -> str:
    certainty = f"{rules.words['certainty']}: {rules.certainties[item.certainty.value]}"
    if item.hedges:
        certainty += " (" + ", ".join(f"{h.words}: {rules.hedges[h.hedge_class.value]}" for h in item.hedges) + ")"
    modality = rules.modalities[item.modality.value] if item.modality is not Modality.ACTUAL else ""
    confidence = f"{rules.words['confidence']} {item.confidence:.2f}"
    if item.reviewed is not None:
        confidence = f"{rules.words['reviewed']}: {labels.review_decisions[item.reviewed]}"
    return " · ".join(part for part in (certainty, modality, confidence) if part)


def _evidence_lines(evidence: Sequence[TraceEvidence], rules: TraceRules, labels: Labels) -> Iterator[str]:
    """What the text gives for the claim, one line each; what speaks against it, at most two lines a kind."""
    for direction, name in _EVIDENCE_LABELS.items():
        mine = [each for each in evidence if each.direction is direction]
        things = [each for each in mine if each.claim_id is None] or mine
        for each in things[:_MOST_EVIDENCE]:
            word = labels.evidence_kinds.get(each.kind, each.kind.replace("_", " "))
            kind = "" if each.kind == "claim" else f"{word}: "
            yield f"{rules.words[name]}: {kind}{_cut(each.description)}"
        rest = len(mine) - len(things[:_MOST_EVIDENCE])
        if rest and len(things) > _MOST_EVIDENCE:
            yield f"{rules.words[name]}: {rules.words['more'].format(n=rest)}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_EVIDENCE else text[: _LONGEST_EVIDENCE - 1].rsplit(" ", 1)[0] + "…"


def _where(item: TraceItem, rules: TraceRules) -> str:
    source = item.source
    offsets = ", ".join(f"{passage.start}–{passage.end}" for passage in item.passages)
    parts = [
        source.publisher,
        source.published,
        source.title or source.document_id,
        f"{rules.words['chars']} {offsets}",
    ]
    return " · ".join(part for part in parts if part)


def _render_origins(page: _Page, origins: Iterable[TraceOrigin], rules: TraceRules) -> None:
    page.add()
    page.add(rules.words["origins"], code=_BOLD)
    for last, origin in _mark_last(list(origins)):
        branch, trunk = ("└─ ", "   ") if last else ("├─ ", "│  ")
        unnamed = "" if origin.named else f" ({rules.words['unnamed']})"
        n = len(origin.document_ids)
        places = rules.words["documents_one"] if n == 1 else rules.words["documents_many"].format(n=n)
        copied = ""
        if origin.copies:
            key = "copies_one" if origin.copies == 1 else "copies_many"
            copied = ", " + rules.words[key].format(n=origin.copies)
        if origin.circle:
            copied += f", {rules.words['circular']}: {' ← '.join((*origin.circle, origin.circle[0]))}"
        mass = max(origin.opinion.belief, origin.opinion.disbelief)
        side = rules.words["names_belief" if origin.direction is Direction.SUPPORTS else "names_disbelief"]
        page.add(
            f"{origin.name}{unnamed} · {places}{copied} · {side} {mass:.2f}",
            f"{branch}{_SIGNS[origin.direction]} ",
            f"{trunk}  ",
        )


def _render_timeline(page: _Page, trace: Trace, rules: TraceRules) -> None:
    """Who said it when, the supporting and disputing claims, each actor once a day."""
    rows: dict[tuple[str, str, Direction], TraceItem] = {}
    for item in in_time(item for item in trace.items if item.direction in (Direction.SUPPORTS, Direction.DISPUTES)):
        row = rows.setdefault((item.said or "", item.actor.name, item.direction), item)
        if item.claim_id in (trace.first, trace.latest):
            rows[item.said or "", item.actor.name, item.direction] = item if row is not item else row
    if len({said for said, _, _ in rows}) < _LEAST_DATES:
        return
    page.add()
    page.add(rules.words["timeline"], code=_BOLD)
    shown = list(rows.items())
    marked = [n for n, (_, item) in enumerate(shown) if item.claim_id == trace.latest]
    kept = shown if len(shown) <= _MOST_DATES else [*shown[: _MOST_DATES - 1], shown[marked[-1] if marked else -1]]
    for n, ((said, name, direction), item) in enumerate(kept):
        branch, trunk = ("└─ ", "   ") if n == len(kept) - 1 else ("├─ ", "│  ")
        marks = [rules.words[m] for m in ("first", "latest") if getattr(trace, m) == item.claim_id]
        mark = f" · {', '.join(marks)}" if marks else ""
        page.add(f"{said[:_DATE]} {name}{mark}", f"{branch}{_SIGNS[direction]} ", f"{trunk}  ")


def _render_gaps(page: _Page, gaps: Sequence[Gap], rules: TraceRules) -> None:
    page.add()
    page.add(rules.words["missing"], code=_BOLD)
    for last, gap in _mark_last(gaps):
        page.add(gap.text, "└─ ? " if last else "├─ ? ", "     " if last else "│    ")


def _mark_last(members: Sequence[Member]) -> Iterator[tuple[bool, Member]]:
    for n, member in enumerate(members):
        yield n == len(members) - 1, member

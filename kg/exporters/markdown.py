"""Markdown (CommonMark): the evidence file for notes, wikis and pull requests."""

import re
from collections.abc import Iterator
from typing import IO

from kg.exporters.characters import xml_text
from kg.exporters.claim_map import ClaimMap
from kg.exporters.dossier import Dossier, Entry, Ground, build_dossier

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&!])")
_AT_START = re.compile(r"^(\d+)([.)])|^([-+=:])")


def write_markdown(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write the map; no word of an article is read as markup."""
    out.write("".join(f"{line}\n" for line in _lines(build_dossier(claim_map))).encode("utf-8", "replace"))


def escape_markdown(text: str) -> str:
    """Return a text in one line that CommonMark shows as it is."""
    line = _SPECIAL.sub(r"\\\1", " ".join(xml_text(text).split()))
    return _AT_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", line)


def _lines(dossier: Dossier) -> Iterator[str]:
    words = dossier.words
    yield f"# {escape_markdown(dossier.title)}"
    yield ""
    if dossier.question:
        yield f"{escape_markdown(dossier.question)}\n"
    yield escape_markdown(dossier.counts)
    for title, items in dossier.findings:
        yield f"\n**{escape_markdown(title)}**\n"
        yield from (f"- {escape_markdown(item)}" for item in items)
    yield f"\n*{escape_markdown(words['disclaimer'])}*"
    if not dossier.sections:
        yield f"\n{escape_markdown(words['no_claims'])}"
    for section in dossier.sections:
        head = " ".join(filter(None, (section.sign, section.title)))
        yield f"\n## {escape_markdown(head)}"
        if section.detail:
            yield f"\n{escape_markdown(section.detail)}"
        for entry in section.entries:
            yield from _entry(entry, words)
    if dossier.loose:
        yield f"\n## {escape_markdown(words['loose_evidence'])}\n"
        yield from (_ground(item, words) for item in dossier.loose)
    if dossier.documents:
        yield f"\n## {escape_markdown(words['documents'])}\n"
    for item in dossier.documents:
        title = escape_markdown(item.title)
        linked = f"[{title}]({_address(item.url)})" if item.url else title
        yield f"- **{item.number}** {linked} – {escape_markdown(item.outlet)}. {escape_markdown(' · '.join(item.facts))}"
    yield "\n---\n"
    yield f"- **{words['scope']}**: {escape_markdown(dossier.scope)}"
    yield f"- **{words['made']}**: {escape_markdown(dossier.made_words)}"
    yield f"- **{words['cite_as']}**: {escape_markdown(dossier.citation)}"


def _entry(entry: Entry, words: dict[str, str]) -> Iterator[str]:
    yield f"\n### {entry.number} {escape_markdown(entry.who)}\n"
    quoted = "".join(_spaced(text, "**" if own else "") for text, own in entry.pieces)
    yield f"> {quoted.strip()}\n"
    yield f"- {escape_markdown(' · '.join(entry.facts))}"
    yield from (_ground(item, words) for item in entry.grounds)
    yield f"- {escape_markdown(entry.place)}"


def _ground(ground: Ground, words: dict[str, str]) -> str:
    how = f"{escape_markdown(ground.how)}: " if ground.how else ""
    quoted = f"{words['quote_open']}{escape_markdown(ground.words)}{words['quote_close']}"
    return f"- {how}**{ground.number}** {escape_markdown(ground.kind)}: {quoted}"


def _spaced(text: str, mark: str = "") -> str:
    """Escape words, with a mark around them and the blanks at their ends outside it."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{mark}{escape_markdown(text)}{mark}{after}"


def _address(url: str) -> str:
    """Write an address so that it cannot end the link that it stands in."""
    return re.sub(r"[\s<>()\\]", lambda found: f"%{ord(found[0]):02X}", url)

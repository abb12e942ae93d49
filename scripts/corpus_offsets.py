#!/usr/bin/env python3
"""Fill in what authors of corpus/ need not write: offsets from ``exact``, sha256 of each text, schema.json.

Write a passage as {"exact": "..."}. Where ``exact`` occurs more than once, add "nth": 2 (counted from 1) or
"within": "a longer stretch that occurs once"; "within" is replaced by "nth". Offsets that still fit are kept.

    scripts/corpus_offsets.py corpus                 fill in
    scripts/corpus_offsets.py corpus --story b1      only one story
    scripts/corpus_offsets.py --check corpus         change nothing; exit 1 with one line a problem
"""

import argparse
import json
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kg.corpus import check_corpus, corpus_schema
from kg.errors import InputError
from kg.ids import sha256_of

WIDTH = 120


def occurrences(text: str, exact: str) -> list[int]:
    found, at = [], text.find(exact)
    while at >= 0:
        found.append(at)
        at = text.find(exact, at + 1)
    return found


def fill_passage(passage: dict[str, Any], text: str, where: str) -> str | None:
    """Set start and end; returns what is wrong, if anything."""
    exact, within = passage["exact"], passage.pop("within", None)
    starts = occurrences(text, exact)
    if not starts:
        return f'{where}: "{exact}" is not in the text, expected the exact words'
    if within is not None:
        outer = occurrences(text, within)
        if len(outer) != 1 or exact not in within:
            return f'{where}: within "{within}" occurs {len(outer)} times or lacks "{exact}", expected once'
        passage["nth"] = starts.index(outer[0] + within.index(exact)) + 1
    elif "nth" not in passage and passage.get("start") in starts and len(starts) > 1:
        passage["nth"] = starts.index(passage["start"]) + 1
    if len(starts) > 1 and "nth" not in passage:
        return f'{where}: "{exact}" occurs {len(starts)} times, expected "nth" or "within"'
    nth = passage.get("nth", 1)
    if not 1 <= nth <= len(starts):
        return f'{where}: "{exact}" occurs {len(starts)} times, expected an "nth" up to that'
    if len(starts) == 1:
        passage.pop("nth", None)
    passage["start"], passage["end"] = starts[nth - 1], starts[nth - 1] + len(exact)
    return None


def passages_of(node: Any, where: str) -> list[tuple[str, dict[str, Any]]]:
    """Every object that has ``exact``, with the id of the object around it."""
    if isinstance(node, list):
        return [found for item in node for found in passages_of(item, where)]
    if not isinstance(node, dict):
        return []
    where = node.get("id", where)
    own = [(where, node)] if "exact" in node else []
    return own + [found for value in node.values() for found in passages_of(value, where)]


def pretty(node: Any, indent: int = 0) -> str:
    """JSON in which whatever fits is kept on one line."""
    line = json.dumps(node, ensure_ascii=False)
    if not isinstance(node, dict | list) or not node or (indent and len(line) + indent <= WIDTH):
        return line
    pad = " " * (indent + 1)
    if isinstance(node, dict):
        parts = [f"{pad}{json.dumps(key)}: {pretty(value, indent + 1)}" for key, value in node.items()]
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + pretty(value, indent + 1) for value in node) + "\n" + " " * indent + "]"


def normalised(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " "))
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part)


def write(file: Path, content: str) -> None:
    if not file.exists() or file.read_text(encoding="utf-8") != content:
        file.write_text(content, encoding="utf-8", newline="\n")


def fill(corpus: Path, stories: frozenset[str]) -> list[str]:
    problems = []
    manifest = corpus / "manifest.jsonl"
    lines = manifest.read_text(encoding="utf-8").split("\n")
    hashes: dict[str, str] = {}
    for row in (json.loads(line) for line in lines if line.strip()):
        if stories and row["story"] not in stories:
            continue
        article = corpus / row["file"]
        if not article.exists():
            problems.append(f"{article}: no such file, expected the article")
            continue
        text = normalised(article.read_text(encoding="utf-8"))
        write(article, text + "\n")
        hashes[row["id"]] = sha256_of(text)
        gold_file = corpus / "gold" / f"{row['id']}.json"
        if not gold_file.exists():
            problems.append(f"{gold_file}: no such file, expected the gold of the article")
            continue
        try:
            gold = json.loads(gold_file.read_text(encoding="utf-8"))
        except json.JSONDecodeError as err:
            problems.append(f"{gold_file}:{err.lineno}: {err.msg}, expected JSON")
            continue
        found = passages_of(gold, gold_file.name)
        problems += [p for where, passage in found if (p := fill_passage(passage, text, f"{gold_file}: {where}"))]
        write(gold_file, pretty(gold) + "\n")
    # read again: another author may have added rows meanwhile
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").split("\n") if line.strip()]
    rows = [{**row, "sha256": hashes.get(row["id"], row.get("sha256", ""))} for row in rows]
    write(manifest, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in sorted(rows, key=lambda r: r["id"])))
    write(corpus / "schema.json", json.dumps(corpus_schema(), indent=2, ensure_ascii=False) + "\n")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--check", action="store_true", help="verify only")
    parser.add_argument("--story", action="append", default=[], help="only this story (may be repeated)")
    args = parser.parse_args()
    stories = frozenset(args.story)
    problems = [] if args.check else fill(args.corpus, stories)
    try:
        checked = check_corpus(args.corpus, stories=stories)
    except InputError as err:
        problems += str(err).split("\n")
    else:
        for language in ("de", "en"):
            chosen = [article for article in checked.articles if article.row.language == language]
            types = Counter(str(claim.type) for article in chosen for claim in article.gold.claims)
            n_evidence = sum(len(article.gold.evidence) for article in chosen)
            n_links = sum(len(article.gold.links) for article in chosen)
            print(
                f"{language}: {len(chosen)} articles, {types.total()} claims {dict(types)}, {n_evidence} evidence, {n_links} links"
            )
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

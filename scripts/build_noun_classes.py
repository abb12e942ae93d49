"""Compute what sort of actor a noun names, from WordNet 3.0 and its German lemmas.

    .venv/bin/python scripts/build_noun_classes.py --wordnet /usr/share/wordnet --german ../shared/data/bilingual/wordnet-de/wn-wikt-deu.tab

Writes kg/data/noun_classes.de.txt and noun_classes.en.txt: one class a line (an expert is a person, too; a company or a
party an organisation), then its nouns. A noun's class is that of its most frequent sense (English: the order of senses in
index.noun; German: most of its synsets). The Debian package wordnet-base has the WordNet files.
"""

import argparse
import re
from collections import Counter, defaultdict
from pathlib import Path

# the nearest ancestor decides; offsets of WordNet 3.0
ANCESTORS = {
    "00007846": "person",  # person, individual
    "08008335": "organisation",  # organization
    "08053576": "organisation",  # institution, establishment
    "08276720": "organisation",  # school, educational institution
    "08189659": "organisation",  # unit, social unit
    "08337324": "government_body",  # agency, federal agency, government office
    "08050678": "government_body",  # government, authorities
    "08119821": "government_body",  # government department
    "08113797": "government_body",  # ministry
    "08163273": "government_body",  # legislature
    "08329453": "government_body",  # court, tribunal
    "08209687": "government_body",  # police, police force
    "08402828": "government_body",  # embassy, the people
    "08339454": "government_body",  # intelligence service
    "08349916": "government_body",  # central bank
    "08058098": "company",  # company
    "08061042": "company",  # business, concern
    "08054721": "company",  # financial institution
    "08256968": "party",  # political party
    "08199025": "military",  # military, armed forces
    "08198398": "military",  # military unit, force
    "08198137": "military",  # military service: army, navy, air force
    "08390511": "military",  # militia
    "08286163": "research_body",  # university, the institution
    "08286569": "research_body",  # university, its people
    "08278169": "research_body",  # college
    "08407330": "research_body",  # institute
    "08478702": "research_body",  # think tank
    "07942152": "group",  # people
    "07950920": "group",  # social group
    "08168978": "state",  # state, nation, country
    "08544813": "state",  # country, state, land (the territory)
    "06263369": "medium",  # press, public press
    "06267145": "medium",  # newspaper
    "06263609": "medium",  # print media
    "06619065": "medium",  # show, broadcast programme
    "08355075": "medium",  # news agency
    "06470073": "text",  # document, written document
    "06722453": "text",  # statement
    "07218470": "text",  # report, account
    "06681551": "text",  # report, study
    "06739509": "text",  # announcement, promulgation
    "06598915": "text",  # publication, the message content
    "06589574": "text",  # publication
    "05804793": "text",  # report, investigation
    "00644503": "text",  # survey, study
}
KINDS_OF_ORGANISATION = {"government_body", "company", "party", "military", "research_body"}

# whose judgement is an expert's: these and all that WordNet has below them
EXPERTS = {
    "09617867",  # expert
    "10560637",  # scientist
    "10557854",  # scholar, scholarly person
    "09615807",  # engineer, applied scientist
    "10020890",  # doctor, physician
}


def read_synsets(path: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return hypernyms and lemmas by offset; instances ("Seth", a person) have no hypernyms here, for they are names."""
    hypernyms, lemmas = {}, {}
    for line in path.open(encoding="ascii", errors="replace"):
        if line.startswith(" "):
            continue
        fields = line.split(" | ")[0].split()
        n_words = int(fields[3], 16)
        lemmas[fields[0]] = [fields[4 + 2 * i].lower() for i in range(n_words)]
        pointers = fields[5 + 2 * n_words :]
        hypernyms[fields[0]] = [
            pointers[i + 1] for i in range(0, len(pointers) - 3, 4) if pointers[i] == "@" and pointers[i + 2] == "n"
        ]
    return hypernyms, lemmas


def class_of(offset: str, hypernyms: dict[str, list[str]]) -> str | None:
    """Return the class of the nearest ancestor, breadth first."""
    frontier, seen = [offset], set()
    while frontier:
        for node in frontier:
            if node in EXPERTS:
                return "expert"
            if node in ANCESTORS:
                return ANCESTORS[node]
        seen.update(frontier)
        frontier = [parent for node in frontier for parent in hypernyms.get(node, ()) if parent not in seen]
    return None


def english_classes(wordnet: Path, hypernyms: dict[str, list[str]]) -> dict[str, str]:
    """Classify each English noun by its first sense, or by its second where the first has no class.

    Two words, as ``news_agency``, are taken where they are an organisation of another class than the second of them.
    """
    classes = {}
    compounds = {}
    for line in (wordnet / "index.noun").open(encoding="ascii"):
        if line.startswith(" "):
            continue
        fields = line.split()
        offsets = [field for field in fields[4:] if len(field) == 8 and field.isdigit()]
        found = next((name for offset in offsets[:2] if (name := class_of(offset, hypernyms))), None)
        if found and fields[0].isalpha():
            classes[fields[0]] = found
        elif found in {*KINDS_OF_ORGANISATION, "medium"} and re.fullmatch("[a-z]+_[a-z]+", fields[0]):
            compounds[fields[0]] = found
    return classes | {words: name for words, name in compounds.items() if classes.get(words.split("_")[1]) != name}


def german_classes(table: Path, hypernyms: dict[str, list[str]]) -> dict[str, str]:
    """Classify each German noun by the class that at least half of its synsets have.

    An organisation is of the kind that at least half of its synsets as an organisation have.
    """
    votes: dict[str, Counter[str | None]] = defaultdict(Counter)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for line in table.open(encoding="utf-8"):
        fields = line.rstrip("\n").split("\t")
        if len(fields) < 3 or not fields[0].endswith("-n") or not fields[2].isalpha() or not fields[2][:1].isupper():
            continue
        lemma, name = fields[2].lower(), class_of(fields[0].split("-")[0], hypernyms)
        if name in KINDS_OF_ORGANISATION:
            kinds[lemma][name] += 1
            name = "organisation"
        votes[lemma][name] += 1
    classes = {}
    for lemma, counts in votes.items():
        name, n_votes = max(((n, c) for n, c in counts.items() if n), key=lambda pair: pair[1], default=(None, 0))
        if name and 2 * n_votes >= counts.total():
            kind, n_kind = max(kinds[lemma].items(), key=lambda pair: pair[1], default=(name, 0))
            classes[lemma] = kind if name == "organisation" and 2 * n_kind >= n_votes else name
    return classes


def write_classes(classes: dict[str, str], path: Path) -> None:
    by_class = defaultdict(list)
    for lemma, name in classes.items():
        by_class[name].append(lemma)
    path.write_text(
        "".join(f"{name} {' '.join(sorted(by_class[name]))}\n" for name in sorted(by_class)), encoding="utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--german", type=Path, default=Path("../shared/data/bilingual/wordnet-de/wn-wikt-deu.tab"))
    parser.add_argument("--out", type=Path, default=Path("kg/data"))
    args = parser.parse_args()
    hypernyms, _ = read_synsets(args.wordnet / "data.noun")
    for language, classes in (
        ("en", english_classes(args.wordnet, hypernyms)),
        ("de", german_classes(args.german, hypernyms)),
    ):
        write_classes(classes, args.out / f"noun_classes.{language}.txt")
        print(language, Counter(classes.values()))


if __name__ == "__main__":
    main()

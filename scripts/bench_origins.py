#!/usr/bin/env python3
"""Measure how well copies are told from independent reports, and how the time grows: pairwise precision, recall, F1.

    .venv/bin/python scripts/bench_origins.py [--articles 5000] [--parallel ../shared/data/bilingual] [--seed 1]

The collection is made anew each time, the same for the same seed. Every event is reported several times: one report is
printed as it is, cut, edited (own lead, other headline, a sentence changed), rewritten (every sentence in other
words, some left out, in another order) and translated; other reports of the same event, from the same place and about
the same people, are independent of it. Two articles belong together where both go back to the same report.

Without --parallel, articles come from templates of this file. With it, they come from human translations of news: a rewrite is
then a second translation of the same original (WMT22), a translation is one (WMT22, NTREX), and an independent report
is another part of the same original article.
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.copies import find_copies
from kg.ids import make_id, sha256_of
from kg.model import Document, Language

# one line a fact: two German and two English wordings of the same
FACTS = """
{person}, der für {org} spricht, erklärte am {day}, die Halle sei {n1} Minuten lang ohne Strom gewesen.|Wie {person} von {org} am {day} mitteilte, fiel in der Halle {n1} Minuten lang der Strom aus.|{person}, a spokesman for {org}, said on {day} that the hall had been without power for {n1} minutes.|The hall lost its electricity for {n1} minutes, {person} of {org} announced on {day}.
Nach Angaben der Polizei wurden {n1} Menschen verletzt, {n2} von ihnen schwer.|{n1} Verletzte, darunter {n2} Schwerverletzte, zählte die Polizei.|According to police, {n1} people were injured, {n2} of them seriously.|Police counted {n1} injured, including {n2} who were badly hurt.
Die Feuerwehr aus {town} rückte mit {n1} Fahrzeugen an.|{n1} Löschwagen kamen aus {town}.|The fire brigade from {town} arrived with {n1} vehicles.|{n1} fire engines came from {town}.
Der Schaden wird auf {n1} Millionen Euro geschätzt, sagte die Gutachterin {person}.|Gutachterin {person} bezifferte die Schäden mit rund {n1} Millionen Euro.|The damage is estimated at {n1} million euros, the assessor {person} said.|Assessor {person} put the losses at about {n1} million euros.
Die Staatsanwaltschaft {town} leitete ein Verfahren gegen {person} ein.|Gegen {person} ermittelt nun die Staatsanwaltschaft in {town}.|Prosecutors in {town} opened proceedings against {person}.|{person} is now under investigation by the public prosecutor in {town}.
Zwei Tage zuvor hatte {org} noch versichert, alle {n1} Ventile seien geprüft worden.|Dabei hatte {org} erst zwei Tage vorher beteuert, man habe sämtliche {n1} Ventile kontrolliert.|Two days earlier {org} had still given assurances that all {n1} valves had been inspected.|Only two days before, {org} had insisted that every one of the {n1} valves was checked.
Ein Lastwagen mit {n1} Tonnen Getreide blieb auf der Brücke bei {town} liegen.|Bei {town} kam ein mit {n1} Tonnen Weizen beladener Laster auf der Brücke zum Stehen.|A truck carrying {n1} tonnes of grain broke down on the bridge near {town}.|Near {town}, a lorry loaded with {n1} tonnes of wheat came to a halt on the bridge.
Die Ärztin {person} vom Krankenhaus {town} sprach von einer schlimmen Nacht.|„Es war eine schlimme Nacht“, sagte {person}, Ärztin in der Klinik von {town}.|The doctor {person} of the hospital in {town} spoke of a terrible night.|“It was a terrible night,” said {person}, a physician at the clinic in {town}.
Der Unterricht an der Schule in {town} fällt bis zum {n1}. des Monats aus.|Bis zum {n1}. des Monats bleibt die Schule in {town} geschlossen.|Lessons at the school in {town} are cancelled until the {n1}th of the month.|The school in {town} stays closed until the {n1}th of the month.
Am Hafen warteten {n1} Schiffe, sagte Hafenmeister {person}.|Hafenmeister {person} zufolge lagen {n1} Schiffe im Hafen fest.|At the port {n1} ships were waiting, harbour master {person} said.|Harbour master {person} said {n1} vessels were stuck in the port.
Die Gewerkschaft fordert {n1} Prozent mehr Lohn und droht mit Streik.|Mit Arbeitsniederlegungen droht die Gewerkschaft, die {n1} Prozent höhere Löhne verlangt.|The trade union demands {n1} percent higher wages and threatens to strike.|Threatening a walkout, the union is asking for a pay rise of {n1} percent.
Im Stadtrat von {town} stimmten {n1} Abgeordnete dafür und {n2} dagegen.|Das Parlament von {town} nahm den Antrag mit {n1} zu {n2} Stimmen an.|On the council of {town}, {n1} members voted in favour and {n2} against.|The assembly of {town} adopted the motion by {n1} votes to {n2}.
Der Historiker {person} erinnerte an das Hochwasser von {year}.|An die Flut des Jahres {year} fühlte sich der Historiker {person} erinnert.|The historian {person} recalled the flood of {year}.|Historian {person} was reminded of the inundation in {year}.
Ein Hund fand die Spur im Wald {n1} Kilometer hinter {town}.|{n1} Kilometer hinter {town} nahm ein Hund im Wald die Fährte auf.|A dog found the trail in the forest {n1} kilometres behind {town}.|{n1} kilometres beyond {town}, a dog picked up the scent in the woods.
Die Versicherung will erst zahlen, wenn das Gutachten von {person} vorliegt.|Ohne die Expertise von {person} will die Versicherung kein Geld überweisen.|The insurance company will pay only once the report by {person} is available.|Without the expert opinion of {person}, the insurer does not want to transfer any money.
Die Ministerin {person} sagte ihre Reise nach {town} ab.|Ihren Besuch in {town} ließ Ministerin {person} ausfallen.|Minister {person} cancelled her trip to {town}.|Minister {person} called off her visit to {town}.
Der Film über {org} gewann in {town} {n1} Preise.|In {town} wurde der Film über {org} mit {n1} Auszeichnungen geehrt.|The film about {org} won {n1} prizes in {town}.|In {town}, the movie about {org} was honoured with {n1} awards.
Das Labor in {town} wies {n1} Milligramm Blei je Liter Wasser nach.|{n1} Milligramm Blei pro Liter fanden die Chemiker des Labors in {town} im Wasser.|The laboratory in {town} detected {n1} milligrams of lead per litre of water.|Chemists at the laboratory in {town} found {n1} milligrams of lead a litre in the water.
Der Torwart {person} hielt in der {n1}. Minute einen Elfmeter.|In Minute {n1} parierte Torhüter {person} einen Strafstoß.|Goalkeeper {person} saved a penalty in the {n1}th minute.|In minute {n1}, keeper {person} stopped a penalty kick.
Der Zug nach {town} hatte {n1} Minuten Verspätung, weil ein Signal ausfiel.|Wegen eines defekten Signals erreichte der Zug {town} erst {n1} Minuten später.|The train to {town} was {n1} minutes late because a signal failed.|Because of a faulty signal, the train reached {town} only {n1} minutes later.
Die Imkerin {person} verlor {n1} Bienenvölker an Milben.|{n1} Bienenstöcke büßte Imkerin {person} durch Milben ein.|The beekeeper {person} lost {n1} colonies of bees to mites.|Mites cost beekeeper {person} {n1} of her hives.
{org} entlässt {n1} Beschäftigte im Werk {town}.|Im Werk {town} streicht {org} {n1} Arbeitsplätze.|{org} is dismissing {n1} employees at its factory in {town}.|At the plant in {town}, {org} is cutting {n1} jobs.
""".strip().splitlines()

LEADS = {
    "de": (
        "In {place} ist es am {day} zu einem Unglück auf dem Gelände von {org} gekommen.",
        "Auf dem Gelände von {org} in {place} hat sich am {day} ein Unfall ereignet.",
    ),
    "en": (
        "An accident happened on the premises of {org} in {place} on {day}.",
        "On {day} there was an accident at the site of {org} in {place}.",
    ),
}
OWN = {
    "de": (
        "Unsere Leser in {town} berichten von Lärm.",
        "Die Redaktion von {outlet} war vor Ort.",
        "Mehr dazu lesen Sie morgen.",
    ),
    "en": (
        "Our readers in {town} report noise.",
        "The newsroom of {outlet} was on the spot.",
        "Read more on this tomorrow.",
    ),
}
DAYS = {"de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag"), "en": ("Monday", "Tuesday", "Wednesday", "Thursday")}
ONSETS = [
    "b",
    "d",
    "f",
    "g",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "br",
    "dr",
    "fl",
    "gr",
    "kl",
    "kr",
    "pl",
    "st",
    "tr",
]
NUCLEI = ["a", "e", "i", "o", "u", "ei", "au"]
CODAS = ["", "n", "r", "l", "s", "ck", "nd", "rt", "lm"]
FIRST = [
    "Anna",
    "Jan",
    "Maria",
    "Paul",
    "Lena",
    "Peter",
    "Eva",
    "Max",
    "Nina",
    "Tom",
    "Ida",
    "Ben",
    "Clara",
    "Felix",
    "Greta",
    "Otto",
]


@dataclass(frozen=True)
class Article:
    """One article and the report it goes back to."""

    document: Document
    report: str


def make(report: str, language: str, sentences: list[str], title: str, number: int) -> Article:
    text = f"{title}\n\n{' '.join(sentences)}"
    document = Document(
        document_id=make_id("document", number, text),
        title=title,
        language=Language(language),
        text=text,
        sha256=sha256_of(text),
    )
    return Article(document, report)


class Templates:
    """Reports made of facts, each with names and numbers of its own."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def name(self, n: int = 2) -> str:
        return "".join(
            self.dice.choice(ONSETS) + self.dice.choice(NUCLEI) + self.dice.choice(CODAS) for _ in range(n)
        ).capitalize()

    def event(self) -> dict[str, str]:
        return {
            "place": self.name(),
            "org": f"{self.name()} {self.dice.choice(('AG', 'GmbH', 'Union', 'Institut'))}",
            "day": str(self.dice.randrange(4)),
        }

    def report(self, event: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
        """Facts and what fills them; two reports of an event share place, organisation and day, at most."""
        facts = []
        for fact in self.dice.sample(range(len(FACTS)), self.dice.randint(6, 9)):
            values = {
                "person": f"{self.dice.choice(FIRST)} {self.name()}",
                "town": self.dice.choice((event["place"], self.name())),
                "org": event["org"],
                "day": event["day"],
                "n1": str(self.dice.randint(3, 98)),
                "n2": str(self.dice.randint(2, 9)),
                "year": str(self.dice.randint(1850, 1999)),
            }
            facts.append((fact, values))
        return facts

    def words(self, fact: int, values: dict[str, str], language: str, wording: int) -> str:
        days = DAYS[language]
        return (
            FACTS[fact]
            .split("|")[wording + (2 if language == "en" else 0)]
            .format(**{**values, "day": days[int(values["day"])]})
        )

    def lead(self, event: dict[str, str], language: str, wording: int) -> str:
        return LEADS[language][wording].format(**{**event, "day": DAYS[language][int(event["day"])]})

    def own(self, language: str) -> str:
        return self.dice.choice(OWN[language]).format(town=self.name(), outlet=self.name())

    def events(self) -> Iterator[list[tuple[str, str, list[str], str]]]:
        """Yield the articles of one event after the other: report, language, sentences, title."""
        number = 0
        while True:
            event = self.event()
            articles = []
            for _ in range(self.dice.randint(2, 4)):  # independent reports of the event
                number += 1
                report, facts = f"report-{number}", self.report(event)
                language = self.dice.choice(("de", "en"))
                other = {"de": "en", "en": "de"}[language]
                first = [self.lead(event, language, 0), *(self.words(f, v, language, 0) for f, v in facts)]
                articles.append((report, language, first, self.title(event, language)))
                for way in self.dice.sample(
                    ("print", "cut", "edit", "rewrite", "translate", "none"), self.dice.randint(0, 4)
                ):
                    made = self.derive(way, event, facts, first, language, other)
                    if made:
                        articles.append((report, *made, self.title(event, made[0])))
            yield articles

    def title(self, event: dict[str, str], language: str) -> str:
        return {"de": "Unglück in {place}: {x}", "en": "Accident in {place}: {x}"}[language].format(
            place=event["place"], x=self.name()
        )

    def derive(
        self, way: str, event, facts, first: list[str], language: str, other: str
    ) -> tuple[str, list[str]] | None:  # type: ignore[no-untyped-def]
        if way == "print":
            return language, [*first, self.own(language)]
        if way == "cut":
            return language, first[: max(4, len(first) * 3 // 5)]
        if way == "edit":
            changed = list(first)
            changed[0] = self.lead(event, language, 1)
            changed.insert(self.dice.randrange(1, len(changed)), self.own(language))
            del changed[self.dice.randrange(2, len(changed))]
            return language, changed
        if way == "rewrite":
            kept = [(f, v) for f, v in facts if self.dice.random() > 0.12]
            if len(kept) > 3:
                i = self.dice.randrange(len(kept) - 1)
                kept[i], kept[i + 1] = kept[i + 1], kept[i]
            return language, [self.lead(event, language, 1), *(self.words(f, v, language, 1) for f, v in kept)]
        if way == "translate":
            return other, [
                self.lead(event, other, 0),
                *(self.words(f, v, other, self.dice.randrange(2)) for f, v in facts),
            ]
        return None


class Parallel:
    """Reports made of human translations: blocks of sentences of WMT22 and NTREX."""

    LENGTH = 8  # sentences of a report
    SHORTEST = 90  # characters of a line of news

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        read = lambda name: (folder / name).read_text(encoding="utf-8").splitlines()  # noqa: E731
        self.texts: list[dict[tuple[str, int], list[str]]] = []
        wmt = "wmt22/generaltest2022."
        self._blocks(
            {
                ("en", 0): read(f"{wmt}en-de.src.en"),
                ("de", 0): read(f"{wmt}en-de.ref.A.de"),
                ("de", 1): read(f"{wmt}en-de.ref.B.de"),
            }
        )
        self._blocks(
            {
                ("de", 0): read(f"{wmt}de-en.src.de"),
                ("en", 0): read(f"{wmt}de-en.ref.A.en"),
                ("en", 1): read(f"{wmt}de-en.ref.B.en"),
            }
        )
        self._blocks(
            {("en", 0): read("ntrex/newstest2019-src.eng.txt"), ("de", 0): read("ntrex/newstest2019-ref.deu.txt")}
        )

    def _blocks(self, versions: dict[tuple[str, int], list[str]]) -> None:
        """Cut into reports; short lines, which are chats and headings, are left out."""
        rows = [row for row in zip(*versions.values(), strict=True) if min(map(len, row)) >= self.SHORTEST]
        for start in range(0, len(rows) - self.LENGTH + 1, self.LENGTH):
            columns = zip(*rows[start : start + self.LENGTH], strict=True)
            self.texts.append({key: list(column) for key, column in zip(versions, columns, strict=True)})

    def events(self) -> Iterator[list[tuple[str, str, list[str], str]]]:
        """Yield articles as ``Templates.events``; each block is one report, its neighbours are of the same article or near it."""
        for number, block in enumerate(self.texts, 1):
            report = f"report-{number}"
            language = self.dice.choice(("de", "en"))
            other = {"de": "en", "en": "de"}[language]
            first = block[language, 0]
            articles = [(report, language, first, "")]
            for way in self.dice.sample(
                ("print", "cut", "edit", "rewrite", "translate", "none"), self.dice.randint(0, 4)
            ):
                if way == "print":
                    articles.append((report, language, [*first, OWN[language][2]], ""))
                elif way == "cut":
                    articles.append((report, language, first[: self.LENGTH * 3 // 5], ""))
                elif way == "edit":
                    articles.append((report, language, [OWN[language][2], *first[1:3], *first[4:]], ""))
                elif way == "rewrite" and (language, 1) in block:
                    kept = list(block[language, 1])
                    del kept[self.dice.randrange(len(kept))]
                    articles.append((report, language, kept, ""))
                elif way == "translate":
                    articles.append((report, other, block[other, 0], ""))
            yield articles


def collect(source: Templates | Parallel, n: int) -> list[Article]:
    found: list[Article] = []
    for articles in source.events():
        for report, language, sentences, title in articles:
            found.append(make(report, language, sentences, title or sentences[0][:40], len(found)))
            if len(found) == n:
                return found
    return found


def score(articles: list[Article], groups: list[list[str]]) -> tuple[float, float, float]:
    """Pairwise precision, recall and F1, from the sizes of groups alone."""
    gold = {article.document.document_id: article.report for article in articles}
    pairs = lambda counts: sum(n * (n - 1) // 2 for n in counts)  # noqa: E731
    n_gold = pairs(Counter(gold.values()).values())
    n_found = pairs(len(group) for group in groups)
    n_both = sum(pairs(Counter(gold[d] for d in group).values()) for group in groups)
    precision, recall = n_both / max(1, n_found), n_both / max(1, n_gold)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def mistakes(articles: list[Article], groups: list[list[str]], n: int) -> None:
    by_id = {article.document.document_id: article for article in articles}
    for group in groups:
        reports = {by_id[d].report for d in group}
        if len(reports) > 1 and n:
            n -= 1
            print("JOINED", *(by_id[d].document.text.replace("\n", " ")[:400] for d in group), sep="\n  ")
    where = {d: i for i, group in enumerate(groups) for d in group}
    split = defaultdict(set)
    for article in articles:
        split[article.report].add(where[article.document.document_id])
    for report, found in split.items():
        if len(found) > 1 and n:
            n -= 1
            print(
                "SPLIT", *(a.document.text.replace("\n", " ")[:400] for a in articles if a.report == report), sep="\n  "
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--parallel", type=Path, help="folder with wmt22/ and ntrex/")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--parts", type=int, nargs="+", default=(4, 2, 1), help="parts of the collection to measure too"
    )
    parser.add_argument("--mistakes", type=int, default=0, help="how many mistakes to print")
    args = parser.parse_args()
    find_copies(article.document for article in collect(Templates(0), 10))  # loads the tables
    print("articles  reports  precision  recall     f1   CPU s")
    for n in sorted({max(1, args.articles // part) for part in args.parts}):
        source = Parallel(args.parallel, args.seed) if args.parallel else Templates(args.seed)
        articles = collect(source, n)
        random.Random(args.seed).shuffle(articles)
        start = time.process_time()
        groups = find_copies(article.document for article in articles)
        seconds = time.process_time() - start
        precision, recall, f1 = score(articles, groups)
        n_reports = len({article.report for article in articles})
        print(f"{len(articles):8} {n_reports:8} {precision:10.3f} {recall:7.3f} {f1:6.3f} {seconds:9.1f}")
    mistakes(articles, groups, args.mistakes)


if __name__ == "__main__":
    main()

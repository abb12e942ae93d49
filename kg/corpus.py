"""Reading and checking ``corpus/``: articles, the gold read from them, and the questions of each story.

``corpus/README.md`` says what the fields mean and how the gold was made. Offsets count Unicode code points of the
article's text: the file without its last newline. A problem is one line, ``file:line: what, what was expected``.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, StringConstraints, ValidationError
from pydantic.json_schema import models_json_schema

from kg import model
from kg.errors import InputError
from kg.ids import sha256_of
from kg.model import ActorKind, CertaintyLevel, ClaimType, Direction, HedgeClass, Language, Offset, Record, Text

ArticleId = Annotated[str, StringConstraints(pattern=r"^[a-z][0-9]+-(de|en)-[0-9]+$")]
StoryId = Annotated[str, StringConstraints(pattern=r"^[a-z][0-9]+$")]
ActorId = Annotated[str, StringConstraints(pattern=r"^x[0-9]+$")]
GoldClaimId = Annotated[str, StringConstraints(pattern=r"^c[0-9]+$")]
GoldEvidenceId = Annotated[str, StringConstraints(pattern=r"^e[0-9]+$")]

# no-break spaces, other line ends, blanks at an end, and anything but one blank line between paragraphs
_UNTIDY = re.compile(r"\u00a0|\r|\t| +$|\A\s|\n{3,}|(?<!\n)\n(?!\n)|\s\Z", re.MULTILINE)


class Split(StrEnum):
    """What an article is for: ``dev`` to develop on, ``test`` for the final figures only."""

    DEV = "dev"
    TEST = "test"


class GoldEvidenceKind(StrEnum):
    """The evidence kinds that the gold uses."""

    IMAGERY = "imagery"
    DOCUMENT = "document"
    OFFICIAL_STATEMENT = "official_statement"
    EXPERT_JUDGEMENT = "expert_judgement"
    EYEWITNESS = "eyewitness"
    ANONYMOUS_SOURCE = "anonymous_source"
    STATISTICS = "statistics"
    STUDY = "study"
    PHYSICAL_FINDING = "physical_finding"
    COURT_RECORD = "court_record"
    MEDIA_REPORT = "media_report"
    ADMISSION = "admission"
    ABSENCE = "absence"


class ManifestRow(Record):
    """One article: one line of ``manifest.jsonl``. ``sha256`` is that of the text."""

    id: ArticleId
    story: StoryId
    split: Split
    file: Text
    url: Text
    title: Text
    publisher: Text
    authors: tuple[Text, ...] = ()
    published: date
    language: Language
    licence: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class GoldPassage(Record):
    """A span of the article: ``text[start:end] == exact``; ``nth`` (from 1) says which occurrence of ``exact`` is meant."""

    exact: Text
    start: Offset
    end: Offset
    nth: Annotated[int, Field(ge=1)] | None = None


class GoldHedge(GoldPassage):
    """A hedge word and what it does."""

    hedge_class: HedgeClass = Field(alias="class")


class GoldActor(Record):
    """Who claims something in one article; ``aliases`` are the other words by which the article speaks of them."""

    id: ActorId
    name: Text
    kind: ActorKind
    organisation_kind: model.OrganisationKind | None = None
    named: bool
    aliases: tuple[Text, ...] = ()


class GoldClaim(Record):
    """One actor's claim. ``parent`` is the claim in whose content this one is nested (the outer one)."""

    id: GoldClaimId
    actor: ActorId
    content: Annotated[tuple[GoldPassage, ...], Field(min_length=1)]
    type: ClaimType
    parent: GoldClaimId | None = None
    certainty: CertaintyLevel
    hedges: tuple[GoldHedge, ...] = ()
    cue: GoldPassage | None = None
    conditional: bool = False


class GoldEvidence(Record):
    """What the article names as evidence, and where."""

    id: GoldEvidenceId
    kind: GoldEvidenceKind
    passage: GoldPassage


class GoldLink(Record):
    """How evidence, or another claim, bears on a claim: one of ``evidence`` and ``evidence_claim`` is set."""

    claim: GoldClaimId
    evidence: GoldEvidenceId | None = None
    evidence_claim: GoldClaimId | None = None
    direction: Direction


class Gold(Record):
    """Everything a careful reader found in one article."""

    id: ArticleId
    actors: tuple[GoldActor, ...] = ()
    claims: tuple[GoldClaim, ...] = ()
    evidence: tuple[GoldEvidence, ...] = ()
    links: tuple[GoldLink, ...] = ()


class Answer(Record):
    """A claim that bears on a question, and how."""

    article: ArticleId
    claim: GoldClaimId
    direction: Direction


class Question(Record):
    """A question as a user would put it; ``n_origins`` counts the independent origins of the supporting claims."""

    id: Text
    language: Language
    text: Text
    answers: tuple[Answer, ...] = ()
    n_origins: Annotated[int, Field(ge=0)]


class Story(Record):
    """One event told by several outlets, and what may be asked about it."""

    id: StoryId
    title: dict[Language, Text]
    questions: tuple[Question, ...]


class Article(Record):
    """One article of the corpus with its gold."""

    row: ManifestRow
    text: str
    gold: Gold


class Corpus(Record):
    """Articles in the order of the manifest, and their stories."""

    articles: tuple[Article, ...]
    stories: tuple[Story, ...]


AnyRecord = TypeVar("AnyRecord", bound=Record)


def corpus_schema() -> dict[str, Any]:
    """Return the JSON Schema of manifest row, gold and story; each is one entry of ``$defs``."""
    _, schema = models_json_schema([(ManifestRow, "validation"), (Gold, "validation"), (Story, "validation")])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def read_corpus(path: Path, split: Split | None = None) -> Corpus:
    """Read the corpus in a folder.

    Args:
        path: the folder with ``manifest.jsonl``.
        split: read only articles and stories of this split; the files of the other are not opened.

    Raises:
        InputError: a file is missing or not as described; one line a problem.
    """
    problems: list[str] = []
    corpus = _read(path, split, problems)
    if problems:
        raise InputError("\n".join(problems))
    return corpus


def check_corpus(path: Path, split: Split | None = None, stories: Iterable[str] = ()) -> Corpus:
    """Read the corpus and check what the records alone cannot: offsets, references, hashes.

    Args:
        path: the folder with ``manifest.jsonl``.
        split: check only this split; all when None.
        stories: check only these stories; all when empty.

    Raises:
        InputError: every problem found, one line each.
    """
    problems: list[str] = []
    corpus = _read(path, split, problems, frozenset(stories))
    for article in corpus.articles:
        problems.extend(_article_problems(path, article))
    claims = {(a.row.story, a.row.id, claim.id) for a in corpus.articles for claim in a.gold.claims}
    for story in corpus.stories:
        problems.extend(_story_problems(path, story, claims))
    if problems:
        raise InputError("\n".join(problems))
    return corpus


def _read(path: Path, split: Split | None, problems: list[str], stories: frozenset[str] = frozenset()) -> Corpus:
    rows = [row for row in _read_manifest(path / "manifest.jsonl", stories, problems) if split in (None, row.split)]
    articles = []
    for row in rows:
        gold = _read_record(path / "gold" / f"{row.id}.json", Gold, problems)
        text = _read_text(path / row.file, problems)
        if gold is not None and text is not None:
            articles.append(Article(row=row, text=text.removesuffix("\n"), gold=gold))
    names = dict.fromkeys(row.story for row in rows)
    found = (_read_record(path / "stories" / f"{name}.json", Story, problems) for name in names)
    return Corpus(articles=tuple(articles), stories=tuple(story for story in found if story))


def _read_text(file: Path, problems: list[str]) -> str | None:
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        problems.append(f"{file}:1: no such file, expected a file of the corpus")
    except UnicodeDecodeError as err:
        problems.append(f"{file}:1: byte {err.start} is not UTF-8, expected UTF-8")
    return None


def _read_manifest(file: Path, stories: frozenset[str], problems: list[str]) -> Iterator[ManifestRow]:
    seen: dict[str, int] = {}
    splits: dict[str, Split] = {}
    for number, line in enumerate((_read_text(file, problems) or "").split("\n"), start=1):
        other = stories and not re.search(rf'"id"\s*:\s*"({"|".join(stories)})-', line)
        row = None if not line or other else _validate(line, ManifestRow, file, problems, line=number)
        if row is None:
            continue
        if row.id in seen:
            problems.append(f'{file}:{number}: id "{row.id}" is already in line {seen[row.id]}, expected unique ids')
        if not row.id.startswith(f"{row.story}-{row.language}-"):
            problems.append(f'{file}:{number}: id "{row.id}", expected "{row.story}-{row.language}-<number>"')
        if splits.setdefault(row.story, row.split) is not row.split:
            problems.append(f'{file}:{number}: split "{row.split}" differs, expected one split for story "{row.story}"')
        seen.setdefault(row.id, number)
        yield row


def _read_record(file: Path, record: type[AnyRecord], problems: list[str]) -> AnyRecord | None:
    text = _read_text(file, problems)
    return None if text is None else _validate(text, record, file, problems)


def _validate(text: str, record: type[AnyRecord], file: Path, problems: list[str], line: int = 1) -> AnyRecord | None:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as err:
        problems.append(f"{file}:{line + err.lineno - 1}: {err.msg}, expected JSON")
        return None
    try:
        return record.model_validate(data)
    except ValidationError as err:
        for error in err.errors():
            error_line = line + _line_of(text, _nearest_id(data, error["loc"])) - 1
            where = ".".join(map(str, error["loc"]))
            problems.append(f"{file}:{error_line}: {where}: {error['msg']}, expected as in schema.json")
    return None


def _nearest_id(data: object, loc: tuple[int | str, ...]) -> str | None:
    """Return the ``id`` of the innermost object on the way to an error."""
    nearest = None
    for step in loc:
        if isinstance(data, dict):
            nearest = data.get("id", nearest)
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
    return data.get("id", nearest) if isinstance(data, dict) else nearest


def _line_of(text: str, item_id: object) -> int:
    """Return the line (from 1) on which the object with an id begins; 1 when it is not found."""
    found = re.search(rf'"id"\s*:\s*{re.escape(json.dumps(item_id))}', text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _text_problems(article: Article, file: Path, manifest: Path) -> Iterator[str]:
    text, row = article.text, article.row
    manifest_line = _line_of(manifest.read_text(encoding="utf-8"), row.id)
    if not unicodedata.is_normalized("NFC", text):
        yield f"{file}:1: text is not in normal form NFC, expected NFC"
    if untidy := _UNTIDY.search(text):
        line = text.count("\n", 0, untidy.start()) + 1
        yield f"{file}:{line}: stray white space, expected paragraphs of one line with one blank line between them"
    if text.split("\n", 1)[0] != row.title:
        yield f'{file}:1: headline differs from the manifest, expected "{row.title}"'
    if sha256_of(text) != row.sha256:
        yield f'{manifest}:{manifest_line}: sha256 of "{row.id}" is wrong, expected {sha256_of(text)}'


def _passages(gold: Gold) -> Iterator[tuple[str, GoldPassage]]:
    for claim in gold.claims:
        passages = (*claim.content, *claim.hedges, claim.cue)
        yield from ((claim.id, passage) for passage in passages if passage is not None)
    yield from ((evidence.id, evidence.passage) for evidence in gold.evidence)


def _article_problems(path: Path, article: Article) -> Iterator[str]:
    gold, row = article.gold, article.row
    file = path / "gold" / f"{row.id}.json"
    raw = file.read_text(encoding="utf-8")
    yield from _text_problems(article, path / row.file, path / "manifest.jsonl")
    if gold.id != row.id:
        yield f'{file}:1: id is "{gold.id}", expected "{row.id}"'
    for item_id, passage in _passages(gold):
        if (found := article.text[passage.start : passage.end]) != passage.exact:
            yield f'{file}:{_line_of(raw, item_id)}: "{item_id}" has "{found}" at {passage.start}, expected "{passage.exact}"'
    ids = [a.id for a in gold.actors] + [c.id for c in gold.claims] + [e.id for e in gold.evidence]
    for item_id, count in Counter(ids).items():
        if count > 1:
            yield f'{file}:{_line_of(raw, item_id)}: id "{item_id}" occurs {count} times, expected unique ids'
    for item_id, what in _gold_problems(gold):
        yield f"{file}:{_line_of(raw, item_id)}: {what}"


def _gold_problems(gold: Gold) -> Iterator[tuple[str, str]]:
    """Check references inside one article; yields the id of the object at fault and what is wrong."""
    actors = {actor.id: actor for actor in gold.actors}
    claims = {claim.id: claim for claim in gold.claims}
    evidence_ids = {evidence.id for evidence in gold.evidence}
    for claim in gold.claims:
        actor = actors.get(claim.actor)
        if actor is None:
            yield claim.id, f'claim "{claim.id}" has the actor "{claim.actor}", expected one of the actors'
        elif claim.type is ClaimType.OWN and actor.kind is not ActorKind.MEDIUM:
            yield claim.id, f'own claim "{claim.id}" has a {actor.kind} as actor, expected the medium'
        yield from _parent_problems(claim, claims)
    for link in gold.links:
        ends = {link.evidence, link.evidence_claim}
        if link.claim not in claims or len(ends) != 2 or not ends <= {None, *evidence_ids, *claims} - {link.claim}:
            what = f"link of {link.claim} to {link.evidence}, {link.evidence_claim} is open"
            yield link.claim, f"{what}, expected a claim and one piece of evidence or one other claim"


def _parent_problems(claim: GoldClaim, claims: dict[str, GoldClaim]) -> Iterator[tuple[str, str]]:
    if claim.parent is None:
        return
    parent = claims.get(claim.parent)
    if parent is None or parent is claim:
        yield claim.id, f'claim "{claim.id}" has the parent "{claim.parent}", expected another claim'
        return
    start, end = parent.content[0].start, parent.content[-1].end
    if claim.content[0].start < start or claim.content[-1].end > end:
        yield claim.id, f'content of "{claim.id}" is not inside that of its parent "{parent.id}", expected nesting'


def _story_problems(path: Path, story: Story, claims: set[tuple[str, str, str]]) -> Iterator[str]:
    file = path / "stories" / f"{story.id}.json"
    raw = file.read_text(encoding="utf-8")
    ids = Counter(question.id for question in story.questions)
    for question in story.questions:
        line = _line_of(raw, question.id)
        if ids[question.id] > 1 or not question.id.startswith(f"{story.id}-"):
            yield f'{file}:{line}: question id "{question.id}" is not unique here, expected "{story.id}-..." once'
        n_supporting = sum(answer.direction is Direction.SUPPORTS for answer in question.answers)
        if not min(n_supporting, 1) <= question.n_origins <= n_supporting:
            yield f'{file}:{line}: n_origins of "{question.id}" is {question.n_origins}, expected 1 to {n_supporting}'
        named = Counter((answer.article, answer.claim) for answer in question.answers)
        for (article_id, claim_id), count in named.items():
            if count > 1 or (story.id, article_id, claim_id) not in claims:
                what = f'"{question.id}" names {article_id} {claim_id} {count} times'
                yield f"{file}:{line}: {what}, expected a claim of the story, once"

"""The words that introduce reported speech, read from ``kg/lang/attribution.<language>.toml`` and indexed for look-up."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kg.lang import load_rules
from kg.model import ClaimMedium
from kg.stages.attribution_tree import Tree

Complement = Literal["quote", "clause", "infinitive", "raised", "object", "preposition"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class VerbGroup(_Data):
    """Verbs that take the same complements; a verb may stand in several groups, the first names its class and medium."""

    group: str
    medium: ClaimMedium | None = None
    takes: tuple[Complement, ...]
    prepositions: tuple[str, ...] = ()
    raises_negation: bool = False
    needs_actor: bool = False
    needs_document: bool = False
    lemmas: tuple[str, ...]


class WordGroup(_Data):
    """Nouns or adjectives that stand for an act of saying or thinking."""

    group: str
    medium: ClaimMedium | None = None
    needs_actor: bool = False
    needs_document: bool = False
    anonymous: bool = False
    lemmas: tuple[str, ...]


class FrameWords(_Data):
    """Function words and nouns of frames without a verb, and what keeps a frame from being a report."""

    prepositions: frozenset[str]
    postpositions: frozenset[str]
    view_prepositions: frozenset[str]
    view_nouns: frozenset[str]
    view_possessors: frozenset[str]
    not_actors: frozenset[str]
    documents: frozenset[str]
    time_words: frozenset[str]
    name_prepositions: frozenset[str]
    addressed: frozenset[str]
    bare_clause_verbs: frozenset[str]
    first_person: frozenset[str]
    quoting_verbs: frozenset[str]
    cue_auxiliaries: bool
    speaker_first: bool
    particles_change_meaning: bool
    as_words: frozenset[str]
    so_words: frozenset[str]
    complementizers: frozenset[str]
    interrogatives: frozenset[str]
    conditionals: frozenset[str]
    agent_prepositions: frozenset[str]
    possessor_prepositions: frozenset[str]
    negations: frozenset[str]
    negative_subjects: frozenset[str]
    modals: frozenset[str]
    blockers: frozenset[str]
    aspects: frozenset[str]
    pronouns: frozenset[str]
    relatives: frozenset[str]
    impersonal: frozenset[str]
    never_actors: frozenset[str]
    demonstratives: frozenset[str]
    occasions: frozenset[str]
    continuing_conjunctions: frozenset[str]
    temporal_conjunctions: frozenset[str]


class HearsayWords(_Data):
    """What marks a sentence as hearsay without saying whose."""

    adverbs: frozenset[str]
    passives: frozenset[str]
    modals: frozenset[str]
    perfect_auxiliaries: frozenset[str]
    own_subjunctives: frozenset[str]
    sources: frozenset[str]


class Combination(_Data):
    """How rules and learned tagger share the work, measured on the quotation data's dev part.

    ``beside_tagger``: rules whose findings are added where the tagger found nothing; ``content_from_rule``: rules whose
    spans are better than the tagger's where both agree; ``least_score``: what only the tagger found must score as much.
    """

    beside_tagger: frozenset[str] = frozenset()
    content_from_rule: frozenset[str] = frozenset()
    least_score: float = 0.0


class AttributionRules(_Data):
    """The file as it is written."""

    compound_nouns: bool
    suffixes: tuple[tuple[str, str], ...]
    irregular: dict[str, str]
    combination: Combination
    noun_suffixes: tuple[str, ...]
    verbs: tuple[VerbGroup, ...]
    nouns: tuple[WordGroup, ...]
    adjectives: tuple[WordGroup, ...]
    frames: FrameWords
    hearsay: HearsayWords


@dataclass(frozen=True, slots=True)
class Verb:
    """What one reporting verb takes."""

    group: str
    medium: ClaimMedium | None
    takes: frozenset[str]
    prepositions: frozenset[str]
    raises_negation: bool
    needs_actor: bool
    needs_document: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The rules of one language, indexed by lemma."""

    verbs: dict[str, Verb]
    forms: dict[str, Verb]
    nouns: dict[str, WordGroup]
    noun_words: frozenset[str]
    adjectives: dict[str, WordGroup]
    frames: FrameWords
    frame_words: frozenset[str]
    hearsay: HearsayWords
    compound_nouns: bool
    irregular: dict[str, str]
    combination: Combination
    noun_suffixes: tuple[str, ...]

    def verb(self, tree: Tree, token: int) -> Verb | None:
        """Look up a token as a reporting verb, with its separated particle where it has one."""
        lemma = self.irregular.get(tree.lower[token], tree.lemma[token])
        particle = self.particle(tree, token)
        if particle is not None:
            form = tree.lower[particle]
            return self.verbs.get(form + lemma) or self.verbs.get(f"{form} {lemma}")
        if self.frames.particles_change_meaning and any(
            tree.is_particle(child) and tree.pos[child] == "ADP" for child in tree.children[token]
        ):
            return None
        return self.verbs.get(lemma) or self.forms.get(tree.lower[token])

    def particle(self, tree: Tree, token: int) -> int | None:
        """Return the separated particle which, with the verb, makes a reporting verb of the lists."""
        lemma = self.irregular.get(tree.lower[token], tree.lemma[token])
        for child in tree.children[token]:
            if child > token and tree.dep[child] in ("compound:prt", "compound", "advmod", "case", "mark", "obl"):
                form = tree.lower[child]
                if form + lemma in self.verbs or f"{form} {lemma}" in self.verbs:
                    return child
        return None

    def noun(self, tree: Tree, token: int) -> WordGroup | None:
        """Look up a token as a noun that stands for an act of saying."""
        return self.nouns.get(self.base_noun(tree.lemma[token], self.noun_words))

    def has_noun(self, tree: Tree, token: int, words: frozenset[str]) -> bool:
        """Tell whether a noun, or the last part of a compound, is in a list."""
        return self.base_noun(tree.lemma[token], words) in words

    def base_noun(self, lemma: str, words: frozenset[str]) -> str:
        """Return what of a noun is in a list: the word, without an ending that the pipeline left on, the last part of a compound."""
        return _base_noun(lemma, words, self.noun_suffixes, self.compound_nouns)


@lru_cache(maxsize=1 << 16)
def _base_noun(lemma: str, words: frozenset[str], suffixes: tuple[str, ...], compounds: bool) -> str:
    for suffix in ("", *suffixes):
        if suffix and not lemma.endswith(suffix):
            continue
        stem = lemma[: len(lemma) - len(suffix)]
        if stem in words:
            return stem
        for start in range(3, len(stem) - 3) if compounds else ():
            if stem[start:] in words:
                return stem[start:]
    return lemma


@cache
def load_lexicon(language: str) -> Lexicon:
    """Load and index the rules of one language.

    Raises:
        LanguageError: the language is not supported.
    """
    rules = load_rules("attribution", language, AttributionRules)
    verbs: dict[str, Verb] = {}
    for group in rules.verbs:
        for lemma in group.lemmas:
            known = verbs.get(lemma)
            verbs[lemma] = Verb(
                group=known.group if known else group.group,
                medium=known.medium if known and known.medium else group.medium,
                takes=frozenset(group.takes) | (known.takes if known else frozenset()),
                prepositions=frozenset(group.prepositions) | (known.prepositions if known else frozenset()),
                needs_actor=group.needs_actor,
                needs_document=group.needs_document,
                raises_negation=group.raises_negation or bool(known and known.raises_negation),
            )
    nouns = {lemma: group for group in rules.nouns for lemma in group.lemmas}
    words = rules.frames
    return Lexicon(
        verbs=verbs,
        forms=_inflect(verbs, rules.suffixes),
        nouns=nouns,
        noun_words=frozenset(nouns),
        frame_words=words.view_prepositions
        | words.postpositions
        | frozenset(preposition.split()[0] for preposition in words.prepositions),
        adjectives={lemma: group for group in rules.adjectives for lemma in group.lemmas},
        frames=rules.frames,
        hearsay=rules.hearsay,
        compound_nouns=rules.compound_nouns,
        irregular=rules.irregular,
        combination=rules.combination,
        noun_suffixes=rules.noun_suffixes,
    )


def _inflect(verbs: dict[str, Verb], suffixes: tuple[tuple[str, str], ...]) -> dict[str, Verb]:
    """Index verbs by their regular forms, for the words whose lemma the pipeline gets wrong."""
    forms: dict[str, Verb] = {}
    for ending, base in suffixes:
        for lemma, verb in verbs.items():
            if lemma.endswith(base):
                forms.setdefault(lemma[: len(lemma) - len(base)] + ending, verb)
    return forms

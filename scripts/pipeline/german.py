"""Give German trees the features and lemmas that their source lacks, from a full-form lexicon and the tree itself.

The lexicon lists every analysis of a form; agreement within the noun phrase, the preposition, the subject and the
relation leave one or few. A token whose analysis stays open gets no features, so nothing is learned from it.
Conventions are those of UD German GSD.
"""

from collections import defaultdict
from dataclasses import replace

from pipeline.corpora import Sentence, Token
from pipeline.german_forms import AGREEMENTS, CASES, CONTRACTED, GOVERNED, Agreement, Lexicon, Verb, join


def enrich(sentence: Sentence, lexicon: Lexicon) -> Sentence:
    """Return the sentence with features and lemmas completed; gold values stay where they are complete."""
    return _Enricher(sentence, lexicon).run()


class _Enricher:
    def __init__(self, sentence: Sentence, lexicon: Lexicon) -> None:
        self.sentence = sentence
        self.tokens = sentence.tokens
        self.lexicon = lexicon
        self.children: dict[int, list[int]] = defaultdict(list)
        for index, token in enumerate(self.tokens):
            if token.head is not None and token.head != index:
                self.children[token.head].append(index)
        self.agreement: dict[int, Agreement] = {}
        self.gold_features = sentence.source in ("pud", "gsd-dev")

    def run(self) -> Sentence:
        for index, token in enumerate(self.tokens):
            if token.upos in ("NOUN", "PROPN"):
                self._agree(index)
        tokens = tuple(self._complete(index, token) for index, token in enumerate(self.tokens))
        return replace(self.sentence, tokens=tokens)

    def _kids(self, index: int, *deps: str) -> list[int]:
        return [child for child in self.children[index] if (self.tokens[child].dep or "").partition(":")[0] in deps]

    def _form_agreement(self, index: int) -> set[Agreement]:
        """Return what a determiner or adjective form allows; everything if it is not known."""
        token = self.tokens[index]
        for form in (token.form, token.form.lower()):
            if token.upos == "DET" and form in self.lexicon.determiners:
                return self.lexicon.determiners[form]
            if token.upos == "ADJ" and form in self.lexicon.adjectives:
                inflected = {a for _, _, a in self.lexicon.adjectives[form] if a}
                if inflected:
                    return inflected
        return set(AGREEMENTS)

    def _agree(self, index: int) -> None:
        token = self.tokens[index]
        known = {a for _, a in self.lexicon.noun(token.form)}
        options = known or set(AGREEMENTS)
        if not known and token.upos == "PROPN":
            options = {a for a in options if a[1] == "Sing"}
        for child in self._kids(index, "det", "amod"):
            narrowed = options & self._form_agreement(child)
            options = narrowed or options
        narrow: list[set[str]] = []
        prepositions = [self.tokens[c].form.lower() for c in self._kids(index, "case")]
        for form in prepositions:
            if form in CONTRACTED:
                options = {a for a in options if a[2] in CONTRACTED[form] and a[1] == "Sing"} or options
            if form in GOVERNED:
                narrow.append({GOVERNED[form]})
            elif form in ("in", "an", "auf", "unter", "über", "vor", "hinter", "neben", "zwischen"):
                narrow.append({"Dat", "Acc"})
        dep = token.dep or ""
        if not prepositions:
            narrow.append({
                "nsubj": {"Nom"}, "nsubj:pass": {"Nom"}, "obj": {"Acc"}, "iobj": {"Dat"}, "nmod": {"Gen"}, "obl": {"Acc", "Dat", "Gen"},
                "root": {"Nom"}, "xcomp": {"Nom", "Acc"},
            }.get(dep, set(CASES.values())))  # fmt: skip
        if dep in ("conj", "appos", "flat") and token.head in self.agreement and not prepositions:
            narrow.append({self.agreement[token.head][0]})
        if dep == "flat" and token.head in self.agreement:
            head = self.agreement[token.head]
            options = {a for a in options if a[2] == head[2] and a[1] == head[1]} or options
        for cases in narrow:
            options = {a for a in options if a[0] in cases} or options
        if len({(a[0], a[1]) for a in options}) > 1:
            number = self._verb_number(index)
            options = {a for a in options if a[1] == number} or options
            if known and len({a[0] for a in options}) > 1 and prepositions:
                options = {a for a in options if a[0] == "Dat"} or options
        if len(options) == 1:
            self.agreement[index] = next(iter(options))
        elif len({(a[0], a[1]) for a in options}) == 1 and {a[1] for a in options} == {"Plur"}:
            # gender is not to be seen in the plural of an unknown word
            only = next(iter(options))
            self.agreement[index] = (only[0], only[1], "")
        elif token.dep in ("nsubj", "nsubj:pass") and len({(a[0], a[2]) for a in options}) == 1:
            only = next(iter(options))
            self.agreement[index] = (only[0], "Sing", only[2])

    def _verb_number(self, index: int) -> str | None:
        token = self.tokens[index]
        if token.dep not in ("nsubj", "nsubj:pass") or token.head is None:
            return None
        for place in [token.head, *self._kids(token.head, "aux", "cop")]:
            numbers = {v.number for v in self._verbs(place) if v.form == "Fin"}
            if len(numbers) == 1 and not any(v.form != "Fin" for v in self._verbs(place)):
                return numbers.pop()
        return None

    def _verbs(self, index: int) -> set[Verb]:
        form = self.tokens[index].form
        verbs = self.lexicon.verbs
        return verbs.get(form) or verbs.get(form.lower()) or verbs.get(form[:1].lower() + form[1:]) or set()

    def _complete(self, index: int, token: Token) -> Token:
        pairs = dict(part.split("=", 1) for part in (token.feats or "").split("|") if part)
        lemma = token.lemma
        feats: str | None
        if token.upos in ("VERB", "AUX"):
            chosen = self._choose_verb(index, pairs)
            feats = self._verb_features(index, chosen, pairs)
            if lemma is None and chosen:
                lemma = self._one({v.lemma for v in self._verbs(index) if v.form == chosen.form}) or None
        elif token.upos in ("NOUN", "PROPN"):
            feats = self._noun_features(index, pairs)
            if lemma is None:
                lemma = self._noun_lemma(index)
        elif token.upos in ("DET", "PRON", "ADJ"):
            feats = self._other_features(index, pairs)
            if lemma is None:
                lemma = self._word_lemma(token)
        else:
            feats = {"PART": "Polarity=Neg" if token.form.lower() == "nicht" else "", "NUM": "NumType=Card"}.get(
                token.upos or "", ""
            )
            if token.upos == "ADV" and (static := self.lexicon.static.get((token.form.lower(), "ADV"))):
                feats = static.most_common(1)[0][0]
            if token.upos == "X":
                feats = None
            if lemma is None:
                lemma = self._word_lemma(token)
        return replace(token, feats=feats, lemma=lemma)

    @staticmethod
    def _one(values: set[str]) -> str | None:
        return next(iter(values)) if len(values) == 1 else None

    def _choose_verb(self, index: int, pairs: dict[str, str]) -> Verb | None:
        token = self.tokens[index]
        options = self._verbs(index)
        kinds = {v.form for v in options} or {"Fin", "Inf", "Part"}
        kind = pairs.get("VerbForm")
        tag = token.xpos or ""
        if kind is None and tag:
            kind = next(
                (
                    k
                    for end, k in (("FIN", "Fin"), ("INF", "Inf"), ("IZU", "Inf"), ("PP", "Part"), ("IMP", "Imp"))
                    if tag.endswith(end)
                ),
                None,
            )
            kind = kind or {"VBC": "Fin", "VB": "Inf", "VBN": "Part"}.get(tag)
        if kind is None:
            kind = self._guess_kind(index, kinds)
        if kind is None:
            return None
        matching = {v for v in options if v.form == kind}
        if kind != "Fin":
            return Verb("", kind) if not matching else min(matching, key=lambda v: v.lemma)
        if not matching:
            return Verb("", "Fin")
        return self._choose_finite(index, matching, pairs)

    def _guess_kind(self, index: int, kinds: set[str]) -> str | None:
        kinds = kinds - {"Imp"}
        if len(kinds) == 1:
            return next(iter(kinds))
        token = self.tokens[index]
        auxiliaries = [c for c in self.children[index] if (self.tokens[c].dep or "").startswith("aux")]
        if token.upos == "AUX" or (token.dep or "").startswith(("aux", "cop")):
            head = token.head if token.head is not None else index
            siblings = [
                c for c in self.children[head] if (self.tokens[c].dep or "").startswith(("aux", "cop")) and c != index
            ]
            if not siblings and "Fin" in kinds:
                return "Fin"
            if len(kinds) == 1:
                return next(iter(kinds))
            finite = [c for c in siblings if {v.form for v in self._verbs(c)} == {"Fin"}]
            return next(iter(kinds - {"Fin"})) if finite and len(kinds - {"Fin"}) == 1 else None
        if any(self.tokens[c].form.lower() == "zu" and self.tokens[c].upos == "PART" for c in self.children[index]):
            return "Inf" if "Inf" in kinds else None
        if auxiliaries:
            rest = kinds - {"Fin"}
            if len(rest) == 1:
                return next(iter(rest))
            lemmas = {v.lemma for c in auxiliaries for v in self._verbs(c)}
            if {"haben", "sein"} & lemmas or any((self.tokens[c].dep or "") == "aux:pass" for c in auxiliaries):
                return "Part"
            return "Inf"
        if self._kids(index, "nsubj") and "Fin" in kinds:
            return "Fin"
        if token.dep in ("root", "ccomp", "advcl", "acl", "parataxis") and "Fin" in kinds and "Part" not in kinds:
            return "Fin"
        return None

    def _subject(self, index: int) -> tuple[str, str] | None:
        """Return person and number of the subject of the verb (or of what the auxiliary belongs to)."""
        token = self.tokens[index]
        place = index
        if (token.dep or "").startswith(("aux", "cop")) and token.head is not None:
            place = token.head
        subjects = self._kids(place, "nsubj")
        if not subjects and token.dep == "conj" and token.head is not None:
            subjects = self._kids(token.head, "nsubj")
        if not subjects:
            return None
        form = self.tokens[subjects[0]].form.lower()
        fixed = {
            "ich": ("1", "Sing"),
            "wir": ("1", "Plur"),
            "du": ("2", "Sing"),
            "er": ("3", "Sing"),
            "es": ("3", ""),
            "man": ("3", "Sing"),
        }
        if form in fixed:
            return fixed[form]
        if self._kids(subjects[0], "conj"):
            return ("3", "Plur")
        agreement = self.agreement.get(subjects[0])
        return ("3", agreement[1] if agreement else "")

    def _choose_finite(self, index: int, options: set[Verb], pairs: dict[str, str]) -> Verb | None:
        def keep(options: set[Verb], name: str, value: str | None) -> set[Verb]:
            return {v for v in options if getattr(v, name) == value} or options if value else options

        for name, key in (("mood", "Mood"), ("tense", "Tense"), ("person", "Person"), ("number", "Number")):
            options = keep(options, name, pairs.get(key))
        subject = self._subject(index)
        indicative = any(v.mood == "Ind" for v in options)
        if "Person" not in pairs:
            options = keep(options, "number", subject[1] if subject else None)
            options = keep(options, "person", subject[0] if subject else "3")
        # what can be indicative counts as indicative, as in GSD
        options = keep(options, "mood", pairs.get("Mood") or "Ind")
        options = keep(options, "tense", "Pres") if len({v.tense for v in options}) > 1 else options
        options = keep(options, "person", "3")
        if indicative and subject is None and "Mood" not in pairs and all(v.mood == "Sub" for v in options):
            # "habe" without a subject in sight
            return None
        readings = {(v.person, v.number, v.tense, v.mood) for v in options}
        return min(options, key=lambda v: v.lemma) if len(readings) == 1 else None

    def _verb_features(self, index: int, chosen: Verb | None, pairs: dict[str, str]) -> str | None:
        if chosen is None:
            return None
        passive = self.tokens[index].dep == "aux:pass" and any(v.lemma == "werden" for v in self._verbs(index))
        voice = {"Voice": "Pass"} if passive else {}
        if chosen.form in ("Inf", "Part"):
            return join({"VerbForm": chosen.form, **voice})
        if chosen.form == "Imp":
            return join({"Mood": "Imp", "Number": chosen.number, "Person": "2", "VerbForm": "Fin"})
        values = {"Mood": chosen.mood, "Number": chosen.number, "Person": chosen.person, "Tense": chosen.tense}
        values = {key: pairs.get(key) or value for key, value in values.items()}
        if not all(values.values()):
            return None
        return join({**values, "VerbForm": "Fin", **voice})

    def _noun_features(self, index: int, pairs: dict[str, str]) -> str | None:
        if {"Case", "Gender", "Number"} <= set(pairs) and "," not in pairs["Gender"] + pairs["Case"]:
            return join({key: pairs[key] for key in ("Case", "Gender", "Number")})
        agreement = self.agreement.get(index)
        if not agreement or not agreement[2]:
            return None
        case, number, gender = agreement
        if pairs.get("Case", case) != case or pairs.get("Number", number) != number:
            return None
        return join({"Case": case, "Gender": gender, "Number": number})

    def _noun_lemma(self, index: int) -> str | None:
        token = self.tokens[index]
        known = self.lexicon.noun(token.form)
        agreement = self.agreement.get(index)
        lemmas = {lemma for lemma, a in known if agreement and a[:2] == agreement[:2]} or {lemma for lemma, _ in known}
        if len(lemmas) > 1 and token.form in lemmas:
            return token.form
        return self._one(lemmas) or (token.form if token.upos == "PROPN" and not lemmas else None)

    def _word_lemma(self, token: Token) -> str | None:
        seen = self.lexicon.words.get((token.form.lower(), token.upos or ""))
        if token.upos in ("PUNCT", "NUM", "SYM"):
            return token.form
        if seen:
            return seen.most_common(1)[0][0]
        if token.upos == "ADJ":
            for form in (token.form, token.form.lower()):
                lemmas = {lemma for lemma, _, _ in self.lexicon.adjectives.get(form, ())}
                if lemmas:
                    return self._one(lemmas)
            return None
        return token.form.lower() if token.upos in ("ADP", "ADV", "CCONJ", "SCONJ", "PART") else None

    def _other_features(self, index: int, pairs: dict[str, str]) -> str | None:
        token = self.tokens[index]
        agreement = self.agreement.get(token.head if token.head is not None else -1)
        form = token.form.lower()
        if token.upos == "ADJ":
            return self._adjective_features(index, pairs, agreement)
        if self.gold_features:
            return join(pairs)
        if token.upos == "DET":
            static = self.lexicon.static.get((form, "DET"))
            if not static or token.dep not in ("det", "nmod") or not agreement:
                return None
            own = self._form_agreement(index)
            if agreement[2] and agreement not in own:
                return None
            values = dict(part.split("=", 1) for part in static.most_common(1)[0][0].split("|") if part)
            gender = agreement[2] if not (agreement[1] == "Plur" and values.get("PronType") == "Art") else ""
            return join({**values, "Case": agreement[0], "Number": agreement[1], "Gender": gender})
        known = self.lexicon.pronouns.get((form, token.dep or ""))
        if known:
            best, count = known.most_common(1)[0]
            if count >= 2 and count >= 0.75 * known.total():
                return best
        return None

    def _adjective_features(self, index: int, pairs: dict[str, str], agreement: Agreement | None) -> str | None:
        token = self.tokens[index]
        if self.gold_features:
            return join({k: v for k, v in pairs.items() if k not in ("VerbForm", "Tense")})
        known = self.lexicon.adjectives.get(token.form) or self.lexicon.adjectives.get(token.form.lower()) or set()
        degrees = {degree for _, degree, _ in known}
        degree = self._one(degrees) or pairs.get("Degree") or ("Cmp" if "Cmp" in degrees else "Pos")
        fits = bool(agreement and agreement[2] and agreement in {a for _, _, a in known})
        if (token.dep != "amod" or not fits) and any(a is None for _, _, a in known):
            return join({"Degree": degree or "Pos"})
        if token.dep != "amod" or not agreement or not fits:
            return None
        return join({"Case": agreement[0], "Degree": degree or "Pos", "Gender": agreement[2], "Number": agreement[1]})

"""The network of the language pipelines in PyTorch: word forms, a recurrent encoder, and a head for each annotation."""

from dataclasses import asdict, dataclass

import torch
from attribution.network import BiLstm, LockedDropout
from torch import Tensor, nn

from kg.nlp.word_forms import N_READINGS, N_SHAPES


def _in_half(lstm: BiLstm, inputs: Tensor, lengths: Tensor) -> Tensor:
    """Run a layer in bfloat16 while training, where that is nearly twice as fast; the weights stay in single precision."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=lstm.training):
        return lstm(inputs, lengths).float()


@dataclass
class Sizes:
    """Widths of the network; the numbers of labels come from the data."""

    vector: int
    letters: int
    words: int
    paths: list[int]
    tags: int
    features: list[int]
    lemmas: int
    relations: int
    entities: int
    vector_out: int = 96
    letter: int = 32
    letter_out: int = 96
    word: int = 64
    path: int = 24
    flags_out: int = 32
    hidden: int = 256
    layers: int = 3
    arc: int = 256
    label: int = 96
    entity: int = 96
    sources: int = 1

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class FormEncoder(nn.Module):
    """Forms to vectors; a form is looked at once, however often it occurs."""

    def __init__(self, sizes: Sizes, word_dropout: float = 0.25) -> None:
        super().__init__()
        self.vector = nn.Linear(sizes.vector, sizes.vector_out)
        self.letter = nn.Embedding(sizes.letters, sizes.letter, padding_idx=0)
        self.letter_conv = nn.Conv1d(sizes.letter, sizes.letter_out, 3, padding=1)
        self.word = nn.Embedding(sizes.words, sizes.word)
        self.paths = nn.ModuleList(nn.Embedding(n, sizes.path) for n in sizes.paths)
        self.flags = nn.Linear(N_SHAPES + N_READINGS, sizes.flags_out)
        self.n_out = sizes.vector_out + sizes.letter_out + sizes.word + sizes.path * len(sizes.paths) + sizes.flags_out
        self.word_dropout = word_dropout
        nn.init.normal_(self.word.weight, std=0.1)

    def forward(self, vectors: Tensor, letters: Tensor, words: Tensor, paths: Tensor, flags: Tensor) -> Tensor:
        if self.training:
            words = words.masked_fill(torch.rand(words.shape) < self.word_dropout, 0)
        convolved = self.letter_conv(self.letter(letters).transpose(1, 2)).amax(2)
        parts = [self.vector(vectors), torch.relu(convolved), self.word(words)]
        parts += [table(paths[:, place]) for place, table in enumerate(self.paths)]
        parts.append(torch.relu(self.flags(flags)))
        return torch.cat(parts, 1)


class Network(nn.Module):
    """Forms of sentences to the logits of all annotations (Dozat & Manning 2017 for the arcs)."""

    def __init__(self, sizes: Sizes, dropout: float = 0.33) -> None:
        super().__init__()
        self.sizes = sizes
        self.forms = FormEncoder(sizes)
        self.sources = nn.Embedding(sizes.sources, self.forms.n_out)
        self.lstm = BiLstm(self.forms.n_out, sizes.hidden, sizes.layers, dropout)
        n_state = 2 * sizes.hidden
        self.tags = nn.Linear(n_state, sizes.tags)
        self.features = nn.Linear(n_state, sum(sizes.features))
        self.lemma_form = nn.Linear(self.forms.n_out, 128)
        self.lemma_state = nn.Linear(n_state, 128)
        self.lemmas = nn.Linear(128, sizes.lemmas)
        self.root = nn.Parameter(torch.zeros(n_state))
        self.arc_word = nn.Linear(n_state, sizes.arc)
        self.arc_head = nn.Linear(n_state, sizes.arc)
        self.arc = nn.Parameter(torch.zeros(sizes.arc, sizes.arc))
        self.arc_bias = nn.Parameter(torch.zeros(sizes.arc))
        self.label_word = nn.Linear(n_state, sizes.label)
        self.label_head = nn.Linear(n_state, sizes.label)
        self.label = nn.Parameter(torch.zeros(sizes.relations, sizes.label, sizes.label))
        self.label_both = nn.Linear(2 * sizes.label, sizes.relations)
        self.entity_lstm = BiLstm(n_state + self.forms.n_out, sizes.entity, 1, dropout)
        self.entities = nn.Linear(2 * sizes.entity, sizes.entities)
        self.dropout = LockedDropout(dropout)
        nn.init.zeros_(self.sources.weight)
        nn.init.normal_(self.root, std=0.02)
        nn.init.xavier_uniform_(self.arc)
        nn.init.normal_(self.label, std=0.02)

    def encode(self, rows: Tensor, lengths: Tensor, sources: Tensor) -> tuple[Tensor, Tensor]:
        """Return inputs and states.

        Args:
            rows: sentences x words x width.
            lengths: of the sentences.
            sources: of the sentences; treebanks differ in what they do (Stymne et al. 2018), and source 0 is the one
                to follow.
        """
        rows = self.dropout(rows + self.sources(sources).unsqueeze(1))
        return rows, self.dropout(_in_half(self.lstm, rows, lengths))

    def score_words(self, rows: Tensor, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits of tags, features, lemma rules."""
        mixed = torch.relu(self.lemma_form(rows) + self.lemma_state(states))
        return self.tags(states), self.features(states), self.lemmas(mixed)

    def score_entities(self, rows: Tensor, states: Tensor, lengths: Tensor) -> Tensor:
        """Return logits of entity labels."""
        inner = _in_half(self.entity_lstm, torch.cat([states, rows], 2), lengths)
        return self.entities(self.dropout(inner))

    def score_arcs(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return arc scores (sentences x words x (root + words)), and what ``score_labels`` needs of words and heads."""
        root = self.root.expand(states.shape[0], 1, -1)
        heads = torch.cat([root, states], 1)
        word = self.dropout(torch.nn.functional.leaky_relu(self.arc_word(states), 0.1))
        head = self.dropout(torch.nn.functional.leaky_relu(self.arc_head(heads), 0.1))
        scores = (word @ self.arc + self.arc_bias) @ head.transpose(1, 2)
        word = self.dropout(torch.nn.functional.leaky_relu(self.label_word(states), 0.1))
        head = self.dropout(torch.nn.functional.leaky_relu(self.label_head(heads), 0.1))
        return scores, word, head

    def score_labels(self, word: Tensor, head: Tensor) -> Tensor:
        """Return relation logits of pairs (pairs x width each)."""
        n_pairs, width = word.shape
        left = (word @ self.label.permute(1, 0, 2).reshape(width, -1)).view(n_pairs, -1, width)
        return (left @ head.unsqueeze(2)).squeeze(2) + self.label_both(torch.cat([word, head], 1))

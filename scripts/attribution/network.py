"""The network of the attribution tagger in PyTorch: a token encoder and a head that looks at one quotation at a time."""

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from kg.tagger.features import CATEGORY_SIZES, N_DISTANCES, N_SENTENCE_DISTANCES, N_SHAPES

N_QUOTE_TAGS = 5  # outside, begin, inside, end, single
N_ROLE_TAGS = 3
N_ROLES = 4  # speaker, cue, frame, addressee
N_TAGS = 2 * N_QUOTE_TAGS + N_ROLES * N_ROLE_TAGS
N_PAIR = 6  # cue, frame, addressee, same group, speaker start, speaker end


@dataclass
class Sizes:
    """Widths of the network."""

    vector: int
    vocabulary: int
    characters: int
    types: int
    media: int
    vector_out: int = 96
    word: int = 48
    char: int = 24
    char_out: int = 48
    category: int = 10
    head: int = 48
    hidden: int = 144
    layers: int = 2
    pair: int = 96

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class LockedDropout(nn.Module):
    """Dropout with one mask for all words of a document (Gal & Ghahramani 2016); it costs next to nothing."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or not self.share:
            return values
        shape = (values.shape[0], 1, values.shape[2]) if values.dim() == 3 else values.shape
        return values * (torch.rand(shape) >= self.share).to(values.dtype) / (1 - self.share)


class BiLstm(nn.Module):
    """A bidirectional LSTM that reverses its input itself: on a CPU three times as fast to train as a packed one."""

    def __init__(self, n_in: int, hidden: int, n_layers: int, dropout: float) -> None:
        super().__init__()
        sizes = [n_in] + [2 * hidden] * (n_layers - 1)
        self.forth = nn.ModuleList(nn.LSTM(size, hidden, batch_first=True) for size in sizes)
        self.back = nn.ModuleList(nn.LSTM(size, hidden, batch_first=True) for size in sizes)
        self.dropout = LockedDropout(dropout)

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        place = torch.arange(inputs.shape[1]).unsqueeze(0)
        flipped = torch.where(place < lengths.unsqueeze(1), lengths.unsqueeze(1) - 1 - place, place)
        for number, (forth, back) in enumerate(zip(self.forth, self.back, strict=True)):
            if number:
                inputs = self.dropout(inputs)
            mirrored = torch.gather(inputs, 1, flipped.unsqueeze(2).expand(-1, -1, inputs.shape[2]))
            right = back(mirrored)[0]
            right = torch.gather(right, 1, flipped.unsqueeze(2).expand(-1, -1, right.shape[2]))
            inputs = torch.cat([forth(inputs)[0], right], 2)
        return inputs


class PackedLstm(nn.Module):
    """The same as a packed ``nn.LSTM``, which exports to one ONNX operator a layer."""

    def __init__(self, trained: BiLstm) -> None:
        super().__init__()
        first = trained.forth[0]
        self.lstm = nn.LSTM(
            first.input_size, first.hidden_size, len(trained.forth), batch_first=True, bidirectional=True
        )
        weights = {}
        for direction, suffix in ((trained.forth, ""), (trained.back, "_reverse")):
            for layer, one in enumerate(direction):
                for name, value in one.state_dict().items():
                    weights[f"{name[:-1]}{layer}{suffix}"] = value
        self.lstm.load_state_dict(weights)

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=True)
        return pad_packed_sequence(self.lstm(packed)[0], batch_first=True)[0]


class Encoder(nn.Module):
    """Words to states and tag logits."""

    def __init__(self, sizes: Sizes, dropout: float = 0.4, word_dropout: float = 0.05) -> None:
        super().__init__()
        self.sizes = sizes
        self.vector = nn.Linear(sizes.vector, sizes.vector_out) if sizes.vector else None
        self.word = nn.Embedding(sizes.vocabulary, sizes.word)
        self.char = nn.Embedding(sizes.characters, sizes.char, padding_idx=0)
        self.char_conv = nn.Conv1d(sizes.char, sizes.char_out, 3, padding=1)
        self.categories = nn.ModuleList(nn.Embedding(n, sizes.category) for n in CATEGORY_SIZES)
        n_word = (sizes.vector_out if sizes.vector else 0) + sizes.word + sizes.char_out + N_SHAPES
        self.head = nn.Linear(n_word, sizes.head)
        n_in = n_word + sizes.head + sizes.category * len(CATEGORY_SIZES)
        self.lstm = BiLstm(n_in, sizes.hidden, sizes.layers, dropout)
        self.tags = nn.Linear(2 * sizes.hidden, N_TAGS)
        self.dropout = LockedDropout(dropout)
        self.word_dropout = word_dropout

    def forward(
        self, vectors: Tensor, word_ids: Tensor, chars: Tensor, shapes: Tensor,
        index: Tensor, categories: Tensor, heads: Tensor, lengths: Tensor,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        if self.training:
            word_ids = word_ids.masked_fill(torch.rand(word_ids.shape) < 0.15, 1)
        parts = [self.word(word_ids)]
        if self.vector is not None:
            parts.append(self.vector(vectors))
        parts.append(torch.relu(self.char_conv(self.char(chars).transpose(1, 2))).amax(2))
        parts.append(shapes)
        words = torch.cat(parts, 1)[index]
        if self.training:
            words = words * (torch.rand(words.shape[0], words.shape[1], 1) >= self.word_dropout)
        of_head = torch.relu(self.head(words))
        of_head = torch.gather(of_head, 1, heads.unsqueeze(2).expand(-1, -1, of_head.shape[2]))
        embedded = [table(categories[:, :, place]) for place, table in enumerate(self.categories)]
        inputs = self.dropout(torch.cat([words, of_head, *embedded], 2))
        states = self.lstm(inputs, lengths)
        return states, self.tags(self.dropout(states))


class PairHead(nn.Module):
    """One part of a quotation against all words of its document: roles, other parts, type, medium."""

    def __init__(self, sizes: Sizes, dropout: float = 0.3) -> None:
        super().__init__()
        n_state, n_pair = 2 * sizes.hidden, sizes.pair
        self.token = nn.Linear(n_state + N_TAGS, n_pair)
        self.key = nn.Linear(n_state, n_pair)
        self.span = nn.Linear(3 * n_state, n_pair)
        self.gate = nn.Linear(3 * n_state, n_pair)
        self.distance = nn.Embedding(N_DISTANCES, n_pair)
        self.sentence = nn.Embedding(N_SENTENCE_DISTANCES, n_pair)
        self.conv1 = nn.Conv1d(n_pair, n_pair, 5, padding=2)
        self.conv2 = nn.Conv1d(n_pair, n_pair, 5, padding=4, dilation=2)
        self.out = nn.Linear(n_pair, N_PAIR)
        self.nobody = nn.Linear(n_pair, 1)
        self.labels = nn.Linear(4 * n_pair, n_pair)
        self.type_out = nn.Linear(n_pair, sizes.types)
        self.medium_labels = nn.Linear(5 * n_pair, n_pair)
        self.medium = nn.Linear(n_pair, sizes.media)
        self.dropout = LockedDropout(dropout)

    def forward(
        self, states: Tensor, tags: Tensor, lengths: Tensor, doc: Tensor,
        starts: Tensor, ends: Tensor, distance: Tensor, sentence: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
        states = self.dropout(states)
        length = states.shape[1]
        place = torch.arange(length).unsqueeze(0)
        inside = ((place >= starts.unsqueeze(1)) & (place < ends.unsqueeze(1))).to(states.dtype)
        keys = self.key(states)[doc]
        tokens = self.token(
            torch.cat([states, torch.softmax(tags, 2).detach() if self.training else torch.softmax(tags, 2)], 2)
        )[doc]
        size = inside.sum(1, keepdim=True)
        mean = torch.bmm(inside.unsqueeze(1), states[doc]).squeeze(1) / size
        span = torch.cat([states[doc, starts], states[doc, ends - 1], mean], 1)
        query = self.span(span)
        gate = self.gate(span)
        mask = (place < lengths[doc].unsqueeze(1)).to(states.dtype).unsqueeze(2)
        hidden = (
            tokens + query.unsqueeze(1) + keys * gate.unsqueeze(1) + self.distance(distance) + self.sentence(sentence)
        )
        hidden = torch.relu(hidden) * mask
        hidden = hidden + torch.relu(self.conv1(hidden.transpose(1, 2)).transpose(1, 2)) * mask
        hidden = self.dropout(hidden)
        hidden = hidden + torch.relu(self.conv2(hidden.transpose(1, 2)).transpose(1, 2)) * mask
        pair = self.out(hidden)
        # what the label depends on: the quotation, its cue and its frame
        weights = torch.sigmoid(pair[:, :, :2]) * mask
        pooled = torch.bmm(weights.transpose(1, 2), keys) / (weights.sum(1).unsqueeze(2) + 1e-3)
        own = torch.bmm(inside.unsqueeze(1), hidden).squeeze(1) / size
        labels = torch.relu(self.labels(torch.cat([query, own, pooled[:, 0], pooled[:, 1]], 1)))
        labels = self.dropout(labels)
        named = torch.softmax(pair[:, :, 4] + (mask[:, :, 0] - 1) * 1e4, 1).unsqueeze(1)
        speaker = torch.bmm(named, keys).squeeze(1)
        medium = torch.relu(self.medium_labels(torch.cat([query, own, pooled[:, 0], pooled[:, 1], speaker], 1)))
        medium = self.dropout(medium)
        return pair, self.nobody(torch.relu(query)), self.type_out(labels), self.medium(medium)

"""From the network's figures to groups: quote spans by Viterbi, parts joined, roles and labels chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_OUT, _BEGIN, _IN, _END, _SINGLE = range(5)
N_QUOTE_TAGS = 5
N_LAYERS = 2
N_FIGURES = 12  # by which an attribution is judged, besides one for each type
_FORBIDDEN = -1e9
# from row to column: a span that was begun must end, and nothing goes on that was not begun
_TRANSITIONS = np.full((N_QUOTE_TAGS, N_QUOTE_TAGS), _FORBIDDEN, dtype=np.float32)
for _left in (_OUT, _END, _SINGLE):
    _TRANSITIONS[_left, [_OUT, _BEGIN, _SINGLE]] = 0.0
for _left in (_BEGIN, _IN):
    _TRANSITIONS[_left, [_IN, _END]] = 0.0
_MAX_SPEAKER = 40  # words; the longest speaker in the training data has 36


@dataclass(frozen=True)
class Thresholds:
    """Chosen on the development data.

    Attributes:
        quote: added to the logit of "outside" in each quote layer; less finds more.
        role: probability from which a word is part of cue, frame, addressee.
        same: mean probability from which two parts are one quotation.
        somebody: added to the logit of "nobody" where the speaker is chosen.
    """

    quote: tuple[float, float] = (0.0, 0.0)
    role: tuple[float, float, float] = (0.5, 0.5, 0.5)
    same: float = 0.5
    somebody: float = 0.0


@dataclass(frozen=True)
class Part:
    """One contiguous part of a quotation.

    ``log_probability`` is the mean over its words, ``edge_probability`` the sum of its first and last, both as logarithms.
    """

    start: int
    end: int
    layer: int
    log_probability: float
    edge_probability: float


@dataclass(frozen=True)
class PairFigures:
    """What the pair head says of the parts of one document.

    ``roles``: [part, word, 4] logits of cue, frame, addressee, same group. ``speakers``: [part, word, 2] logits of
    its first and last word; ``nobody``, ``types``, ``media``: logits by part.
    """

    roles: Floats
    speakers: Floats
    nobody: Floats
    types: Floats
    media: Floats


@dataclass(frozen=True)
class TokenGroup:
    """One attribution by word index. ``evidence`` is what the score is computed from."""

    content: tuple[tuple[int, int], ...]
    layer: int
    speaker: tuple[int, int] | None
    cue: tuple[tuple[int, int], ...]
    frame: tuple[tuple[int, int], ...]
    addressee: tuple[tuple[int, int], ...]
    type_index: int
    medium_index: int
    evidence: tuple[float, ...]

    def content_words(self) -> frozenset[int]:
        """Return the indices of the words of the content."""
        return frozenset(word for start, end in self.content for word in range(start, end))

    def shifted(self, offset: int) -> "TokenGroup":
        """Return the group with every index moved by ``offset``."""

        def move(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
            return tuple((start + offset, end + offset) for start, end in spans)

        return replace(
            self,
            content=move(self.content),
            speaker=move((self.speaker,))[0] if self.speaker else None,
            cue=move(self.cue),
            frame=move(self.frame),
            addressee=move(self.addressee),
        )


def order_groups(groups: Sequence[TokenGroup]) -> list[TokenGroup]:
    """Order groups by where their content starts, longer and outer ones first."""
    return sorted(groups, key=lambda group: (group.content[0][0], -group.content[-1][1], group.layer, group.content))


def log_softmax(logits: Floats, axis: int = -1) -> Floats:
    """Return the logarithm of the softmax along one axis."""
    shifted = logits - logits.max(axis=axis, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return result


def sigmoid(logits: Floats) -> Floats:
    """Return the logistic function."""
    result: Floats = np.float32(1.0) / (np.float32(1.0) + np.exp(-np.clip(logits, -30, 30)))
    return result


def viterbi(logits: Floats, lengths: Sequence[int]) -> npt.NDArray[np.int64]:
    """Find the best legal tag sequence of each row of a padded batch [row, word, tag].

    Returns:
        Tags [row, word]; padding is outside.
    """
    n_rows, n_words, _ = logits.shape
    scores = logits.astype(np.float32).copy()
    for row, length in enumerate(lengths):
        scores[row, length:] = _FORBIDDEN
        scores[row, length:, _OUT] = 0.0
    best = scores[:, 0].copy()
    best[:, [_IN, _END]] += _FORBIDDEN
    back = np.zeros((n_rows, n_words, N_QUOTE_TAGS), dtype=np.int8)
    for word in range(1, n_words):
        options = best[:, :, None] + _TRANSITIONS[None]
        back[:, word] = options.argmax(axis=1)
        best = options.max(axis=1) + scores[:, word]
    best[:, [_BEGIN, _IN]] += _FORBIDDEN
    tags = np.zeros((n_rows, n_words), dtype=np.int64)
    rows = np.arange(n_rows)
    current = best.argmax(axis=1)
    for word in range(n_words - 1, -1, -1):
        tags[:, word] = current
        current = back[rows, word, current].astype(np.int64)
    return tags


def find_parts(tag_logits: Floats, lengths: Sequence[int], thresholds: Thresholds) -> list[list[Part]]:
    """Find the quote parts of each document in a padded batch of tag logits; the outer layer comes first."""
    found: list[list[Part]] = [[] for _ in lengths]
    for layer in range(N_LAYERS):
        logits = tag_logits[:, :, layer * N_QUOTE_TAGS : (layer + 1) * N_QUOTE_TAGS].copy()
        logits[:, :, _OUT] += thresholds.quote[layer]
        marginals = log_softmax(logits)
        tags = viterbi(logits, lengths)
        for row, column in zip(*np.nonzero((tags == _BEGIN) | (tags == _SINGLE)), strict=True):
            end = int(column) + 1
            while tags[row, end - 1] not in (_END, _SINGLE):
                end += 1
            own = marginals[row, np.arange(column, end), tags[row, column:end]]
            edge = float(own[0] + (own[-1] if end - column > 1 else 0.0))
            part = Part(int(column), end, layer, float(own.mean()), edge)
            if layer == 0 or (part.start, part.end) not in {(other.start, other.end) for other in found[row]}:
                found[row].append(part)
    return found


def token_runs(mask: npt.NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Return the contiguous runs of true values, ends exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return tuple((int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True))


def make_groups(parts: Sequence[Part], figures: PairFigures, thresholds: Thresholds) -> list[TokenGroup]:
    """Join the parts of one document to groups and choose roles and labels for each."""
    groups = []
    for members in _join(parts, figures, thresholds.same):
        own = [parts[place] for place in members]
        roles = figures.roles[members].mean(axis=0)
        speaker, speaker_score, margin = _best_speaker(
            _speaker_figures(figures, members, thresholds.somebody), figures.roles.shape[1]
        )
        chosen = [token_runs(sigmoid(roles[:, place]) >= thresholds.role[place]) for place in range(3)]
        types = log_softmax(figures.types[members].mean(axis=0))
        media = log_softmax(figures.media[members].mean(axis=0))
        evidence = (
            float(np.mean([part.log_probability for part in own])),
            float(np.mean([part.edge_probability for part in own])),
            speaker_score,
            margin,
            float(types.max()),
            float(speaker is None),
            float(own[0].layer),
            float(len(own) > 1),
            float(bool(chosen[0])),
            float(np.exp(np.mean([part.log_probability for part in own]))),
            float(np.exp(np.mean([part.edge_probability for part in own]))),
            float(np.exp(speaker_score)),
            *(float(index == types.argmax()) for index in range(len(types))),
        )
        groups.append(
            TokenGroup(
                content=tuple((part.start, part.end) for part in own),
                layer=own[0].layer,
                speaker=speaker,
                cue=chosen[0],
                frame=chosen[1],
                addressee=chosen[2],
                type_index=int(types.argmax()),
                medium_index=int(media.argmax()),
                evidence=evidence,
            )
        )
    return groups


def _join(parts: Sequence[Part], figures: PairFigures, threshold: float) -> list[list[int]]:
    """Put the parts that belong together into one list each, in text order of their first parts."""
    owner = list(range(len(parts)))
    probability = sigmoid(figures.roles[:, :, 3])
    for left, one in enumerate(parts):
        for right in range(left + 1, len(parts)):
            other = parts[right]
            if one.layer != other.layer:
                continue
            forth = probability[left, other.start : other.end].mean()
            back = probability[right, one.start : one.end].mean()
            if (forth + back) / 2 >= threshold:
                old, new = owner[right], owner[left]
                owner = [new if group == old else group for group in owner]
    members: dict[int, list[int]] = {}
    for place in sorted(range(len(parts)), key=lambda index: (parts[index].start, parts[index].layer)):
        members.setdefault(owner[place], []).append(place)
    return list(members.values())


def _speaker_figures(figures: PairFigures, members: list[int], somebody: float) -> tuple[Floats, Floats]:
    """Return the log probabilities of the speaker's first and last word; the last entry is "nobody"."""
    nobody = figures.nobody[members].mean(axis=0).reshape(1) + somebody
    speakers = figures.speakers[members].mean(axis=0)
    return (
        log_softmax(np.concatenate([speakers[:, 0], nobody])),
        log_softmax(np.concatenate([speakers[:, 1], nobody])),
    )


def _best_speaker(figures: tuple[Floats, Floats], length: int) -> tuple[tuple[int, int] | None, float, float]:
    """Choose the span whose first and last word are likeliest, or nobody; its log probability and lead over nobody."""
    first, last = figures
    nobody = float(first[length] + last[length])
    best, span = -np.inf, None
    for start in np.argsort(first[:length])[::-1][:5]:
        window = last[start : min(start + _MAX_SPEAKER, length)]
        end = int(window.argmax())
        score = float(first[start] + window[end])
        if score > best:
            best, span = score, (int(start), int(start) + end + 1)
    if nobody >= best:
        return None, nobody, nobody - float(best)
    return span, best, best - nobody

"""The language pipelines: spaCy with Universal Dependencies labels, from weights shipped in ``kg/models``.

Weights and vectors are stored in half precision and widened on loading. ``scripts/train_pipeline.py`` makes them.
"""

from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.util import load_model_from_path

from kg.errors import LanguageError
from kg.lang import LANGUAGES
from kg.nlp import form_lexicon, network, sentence_starts  # noqa: F401 - registers the components

__all__ = ["load_pipeline", "widen"]


@cache
def load_pipeline(language: str) -> Language:
    """Load a pipeline; the same object on every call.

    It takes texts, and a ``Doc`` of given words: contractions such as "zum" are one token. Sentence starts that the
    ``Doc`` brings (all of them) are kept; else a blank line always ends a sentence.

    Args:
        language: ISO 639-1 code.

    Raises:
        LanguageError: the language is not supported.
    """
    if language not in LANGUAGES:
        msg = f'language "{language}" is not supported ({", ".join(LANGUAGES)})'
        raise LanguageError(msg)
    with resources.as_file(resources.files("kg") / "models" / language) as folder:
        nlp = load_model_from_path(Path(folder))
    widen(nlp)
    return nlp


def widen(nlp: Language) -> None:
    """Turn half-precision weights and vectors into single precision, in place."""
    vectors = nlp.vocab.vectors
    vectors.data = np.ascontiguousarray(vectors.data, dtype=np.float32)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        if model is None:
            continue
        for node in model.walk():
            for name in node.param_names:
                if node.has_param(name):
                    value = node.get_param(name)
                    if value.dtype == np.float16:
                        node.set_param(name, value.astype(np.float32))

"""Which language a text is in, so that one we cannot read is refused by its name."""

from functools import cache
from typing import TYPE_CHECKING

from kg.errors import InputError, LanguageError
from kg.lang import LANGUAGES
from kg.model import Language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Languages with news one may well come upon. The identifier knows 97; near-dialects among the rest only
# draw short German and English texts away.
_CANDIDATES = [
    "ar",
    "bg",
    "bn",
    "ca",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "fa",
    "fi",
    "fr",
    "he",
    "hi",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "mk",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sv",
    "th",
    "tr",
    "uk",
    "ur",
    "vi",
    "zh",
]
# A paragraph shorter than this says little by itself
_MIN_PARAGRAPH = 40
# Characters looked at; more change nothing and cost time
_SAMPLE = 10_000
# Up to this length only a sure verdict for another language counts
_SHORT = 120
_SURE = 0.95


def check_language(code: str, where: str) -> Language:
    """Turn a language code ("de", "en-GB", "EN_us") into a language we read.

    Raises:
        LanguageError: it is not supported; the message names it.
    """
    language = code.strip().replace("_", "-").split("-")[0].lower()
    if language not in LANGUAGES:
        msg = f'{where}: language "{language or code}" is not supported ({", ".join(LANGUAGES)})'
        raise LanguageError(msg)
    return Language(language)


def identify_language(paragraphs: tuple[str, ...], where: str) -> Language:
    """Find the language of a text: that of most of its paragraphs, each weighing as much as it has letters.

    A text of less than two lines counts as German or English, whichever is likelier, unless it is surely something else.

    Args:
        paragraphs: the text.
        where: stands in the error messages.

    Raises:
        InputError: the text has no letters.
        LanguageError: it is in a language that is not supported; the message names it.
    """
    sample = _sample(paragraphs)
    n_letters = [sum(map(str.isalpha, paragraph)) for paragraph in sample]
    if not sum(n_letters):
        msg = f"{where}: no words found, expected a text in one of {', '.join(LANGUAGES)}"
        raise InputError(msg)
    if sum(map(len, sample)) <= _SHORT:
        return check_language(_identify_short(" ".join(sample)), where)
    weights = dict.fromkeys(_CANDIDATES, 0)
    for paragraph, weight in zip(sample, n_letters, strict=True):
        weights[_identifier().classify(paragraph)[0]] += weight
    return check_language(max(_CANDIDATES, key=lambda language: (weights[language], language in LANGUAGES)), where)


def _sample(paragraphs: tuple[str, ...]) -> list[str]:
    long = [paragraph for paragraph in paragraphs if len(paragraph) >= _MIN_PARAGRAPH] or [" ".join(paragraphs)]
    sample: list[str] = []
    room = _SAMPLE
    for paragraph in long:
        sample.append(paragraph[:room])
        room -= len(paragraph)
        if room <= 0:
            break
    return sample


def _identify_short(text: str) -> str:
    ranked = _identifier().rank(text)
    best, probability = ranked[0]
    if best in LANGUAGES or probability >= _SURE:
        return str(best)
    return next(str(language) for language, _ in ranked if language in LANGUAGES)


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError as err:  # it unpacks its model into a temporary file
        msg = f"cannot write a temporary file to tell languages by ({err.strerror or err}); TMPDIR names the folder"
        raise InputError(msg) from err
    identifier.set_languages(_CANDIDATES)
    return identifier

"""The words of the pages, in German and English."""

from pydantic import BaseModel, ConfigDict

from kg.lang import load_rules


class PageWords(BaseModel):
    """What ``kg/lang/serve.<language>.toml`` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: dict[str, str]

    def __getitem__(self, name: str) -> str:
        """Return one of the words."""
        return self.words[name]

    def fill(self, name: str, **values: object) -> str:
        """Return one of the words with values in its gaps."""
        return self.words[name].format(**values)

    def count(self, name: str, n: int) -> str:
        """Return "1 claim", "2 claims" for a name such as ``claims``."""
        return self.words[f"{name}_one"] if n == 1 else self.words[f"{name}_many"].format(n=n)


def load_words(language: str) -> PageWords:
    """Load the words of one language."""
    return load_rules("serve", language, PageWords)

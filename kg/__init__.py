"""A claim-and-evidence knowledge graph of news: who claims what, on what evidence."""

__version__ = "0.1.0"

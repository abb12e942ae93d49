"""The server: web pages, JSON API and SPARQL endpoint over one store, read-only."""

from kg.serve.app import create_app
from kg.serve.limited import QueryLimits
from kg.serve.running import serve

__all__ = ["QueryLimits", "create_app", "serve"]

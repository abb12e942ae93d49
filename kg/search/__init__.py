"""Search by meaning, across languages: sentences and claims as weighted concepts in an inverted index."""

from kg.search.claims import ClaimIndex, Hit, bag_of_claim
from kg.search.postings import PostingIndex
from kg.search.vectors import Bag, bag_of_groups, document_vector, letters_of, query_vector

__all__ = [
    "Bag",
    "ClaimIndex",
    "Hit",
    "PostingIndex",
    "bag_of_claim",
    "bag_of_groups",
    "document_vector",
    "letters_of",
    "query_vector",
]

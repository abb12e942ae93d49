"""Reviews: what people decide about records, kept apart from what was extracted and applied whenever it is read.

``kg.reviews.applying`` turns extractions and reviews into what is shown; ``ReviewDesk`` takes decisions and keeps them
in a store; ``kg.reviews.table`` writes and reads them as a spreadsheet.
"""

from kg.reviews.applying import AppliedReviews, active_reviews, reviewed_extractions
from kg.reviews.desk import ReviewDesk
from kg.reviews.table import read_table, write_table

__all__ = [
    "AppliedReviews",
    "ReviewDesk",
    "active_reviews",
    "read_table",
    "reviewed_extractions",
    "write_table",
]

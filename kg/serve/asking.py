"""Tracing a question over a snapshot; the last answers are kept."""

import contextlib
import threading

from kg.errors import KgError
from kg.model import Language
from kg.serve.api_records import MAX_QUESTION_CHARACTERS
from kg.serve.snapshot import Snapshot
from kg.trace import trace
from kg.trace.records import Trace

_ONE_AT_A_TIME = threading.Lock()  # the language pipelines are not made for several threads


def trace_question(snapshot: Snapshot, question: str, language: Language | None = None) -> Trace:
    """Trace a question.

    Args:
        snapshot: what to look in.
        question: in German or English; white space does not matter.
        language: of the question, and of the words in the answer; None finds it by its words.

    Raises:
        QueryError: the question cannot be answered as put.
    """
    question = " ".join(question.split())
    key = (question, language)
    kept = snapshot.traces.get(key)
    if isinstance(kept, Trace):
        return kept
    with _ONE_AT_A_TIME:
        found = trace(
            question, snapshot.store.claims, language=language, revise=snapshot.reviewed, also=snapshot.added_to
        )
    snapshot.traces.put(key, found)
    return found


def prepare(snapshot: Snapshot, stopped: threading.Event) -> None:
    """Trace a headline in each language, so that the first visitor need not wait for the language pipelines.

    Ends after the language it is at once it is told to stop.
    """
    for language in Language:
        if stopped.is_set():
            return
        titles = (e.document.title for e in snapshot.extractions.values() if e.document.language is language)
        title = next((title for title in titles if title), None)
        if title is not None:
            with contextlib.suppress(KgError):
                trace_question(snapshot, title[:MAX_QUESTION_CHARACTERS], language)

"""The trace: what bears on a question, who stands behind it, on what evidence, and what is missing."""

from kg.trace.answer import grouped, trace
from kg.trace.records import (
    Gap,
    Opinion,
    Trace,
    TraceActor,
    TraceEvidence,
    TraceHedge,
    TraceItem,
    TraceOrigin,
    TraceSource,
    documents_of,
)
from kg.trace.render import render_text

__all__ = [
    "Gap",
    "Opinion",
    "Trace",
    "TraceActor",
    "TraceEvidence",
    "TraceHedge",
    "TraceItem",
    "TraceOrigin",
    "TraceSource",
    "documents_of",
    "grouped",
    "render_text",
    "trace",
]

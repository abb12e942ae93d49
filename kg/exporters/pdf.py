"""PDF: the evidence file, set by Typst with fonts of its own; and PNG, the SVG map as pixels."""

import json
from dataclasses import asdict
from importlib import resources
from io import BytesIO
from typing import IO, Any, Literal

from kg.exporters.characters import xml_text
from kg.exporters.claim_map import ClaimMap
from kg.exporters.dossier import build_dossier
from kg.exporters.imprint import SOFTWARE
from kg.exporters.svg import write_svg

_PIXELS_PER_INCH = 144.0
_MAX_PIXELS = 80_000_000  # beyond, viewers and uploads give up; the picture is made coarser
_SVG_PIXELS_PER_INCH = 96.0
_SHORT_TITLE = 80
_PICTURE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'


def write_pdf(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write a tagged PDF in A4: findings, every claim with its words in the article, its evidence, the documents."""
    dossier = build_dossier(claim_map)
    nothing = dossier.words["no_claims_for_question" if claim_map.question else "no_claims"]
    short = dossier.title if len(dossier.title) <= _SHORT_TITLE else f"{dossier.title[: _SHORT_TITLE - 1].rstrip()}…"
    data = asdict(dossier) | {
        "software": SOFTWARE,
        "date": [int(part) for part in dossier.made.split("-")] if dossier.made else None,
        "short_title": short,
        "nothing": nothing,
    }
    template = (resources.files("kg.exporters") / "page" / "evidence.typ").read_bytes()
    out.write(_typeset(template, "pdf", data=json.dumps(_plain(data), ensure_ascii=False)))


def write_png(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write the picture of ``write_svg`` at 144 pixels to the inch, coarser where that would be too large."""
    drawing = BytesIO()
    size = write_svg(claim_map, drawing)
    scale = _PIXELS_PER_INCH / _SVG_PIXELS_PER_INCH
    pixels = size[0] * size[1] * scale * scale
    density = _PIXELS_PER_INCH * min(1.0, (_MAX_PIXELS / pixels) ** 0.5)
    out.write(_typeset(_PICTURE, "png", density, svg=drawing.getvalue().decode("utf-8")))


def _typeset(source: bytes, format_name: Literal["pdf", "png"], density: float | None = None, **inputs: str) -> bytes:
    import typst  # loads fonts

    return typst.compile(source, format=format_name, ppi=density, sys_inputs=inputs, ignore_system_fonts=True)


def _plain(value: Any) -> Any:
    """Replace what no font and no JSON can hold, wherever it stands."""
    if isinstance(value, str):
        return xml_text(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value

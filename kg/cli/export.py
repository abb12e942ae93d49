"""The command that writes claim maps and files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.claim_map import today, write_claim_map
from kg.cli.shared import EXPORT_FORMATS, Session, in_words, open_output, output_option, pass_session, store_option
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.exporters import FactCheck
    from kg.model import Extraction
    from kg.store import Store


@click.command()
@click.option(
    "--question",
    callback=in_words,
    help="Only the claims that bear on this question, and how; as `kg trace QUESTION` does.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(list(EXPORT_FORMATS)),
    help="The format to write.  [default: by the suffix of the output file, else html]",
)
@click.option("--document", "document_ids", metavar="ID", multiple=True, help="Only this document; can be repeated.")
@click.option("--actor", metavar="NAME", callback=in_words, help="Only what this actor claims, in any spelling.")
@click.option(
    "--title", help="Heads the map.  [default: the question, the only document's title, or how many there are]"
)
@click.option(
    "--language",
    type=click.Choice(["de", "en"]),
    help="Of the map's own words.  [default: that of the question, else of most documents]",
)
@click.option("--rating", metavar="WORDS", help="For claimreview: your verdict on the question, e.g. Unproven.")
@click.option("--rating-url", metavar="URL", help="For claimreview: the page on which you give your reasons.")
@click.option("--rating-by", metavar="NAME", help="For claimreview: who checked.")
@store_option
@output_option
@pass_session
def export(
    session: Session,
    question: str | None,
    output_format: str | None,
    document_ids: tuple[str, ...],
    actor: str | None,
    title: str | None,
    language: str | None,
    rating: str | None,
    rating_url: str | None,
    rating_by: str | None,
    store_path: Path | str | None,
    output: Path,
) -> None:
    """Write the claims of the store in another format.

    To read: html is a claim map in one file that works offline, pdf and markdown are evidence files with every passage,
    svg, png and dot are pictures. For tools: graphml and gexf (Gephi, yEd, networkx), canvas (Obsidian), argdown, csv
    (csv-excel with semicolons in German, csv-nodes and csv-edges for Gephi). As RDF: jsonld and trig with PROV-O,
    nanopub, claimreview (schema.org; with a verdict only if you give one). Every file says what it holds, of when it
    is and how to cite it.

    \b
    Example:
      kg export -o claims.html
      kg export --question "artillery shipped to Russia" -o artillery.pdf
      kg export --actor "Marijke Tolsma" --format csv-excel -o claims.csv
    """
    chosen = output_format or _by_suffix(output)
    fact_check = _fact_check(rating, rating_url, rating_by)
    if fact_check is not None and chosen != "claimreview":
        raise click.UsageError("--rating and what goes with it are for --format claimreview")
    if question is not None and actor is not None:
        raise click.UsageError("--question and --actor cannot be combined")
    from kg.reviews import AppliedReviews
    from kg.trace import documents_of, trace

    with session.open_store(store_path) as store:
        reviews = list(store.reviews())
        applied = AppliedReviews(reviews)
        found = None
        if question is not None and not document_ids:
            found = trace(question, store.claims, revise=applied.to, also=applied.added_to)
            extractions = [applied.to(store.claims.extraction(document_id)) for document_id in documents_of(found)]
        else:
            read = [_get(store, document_id) for document_id in document_ids] or store.extractions()
            extractions = [applied.to(extraction) for extraction in read]
        where = store.name
    from kg.model import Language

    words = Language(language) if language else None
    if question is not None:
        if found is None:
            found = trace(question, extractions)
        write_claim_map(
            found, extractions, output, chosen, title=title, language=words, reviews=reviews, fact_check=fact_check
        )
        return
    from kg.exporters import export as write_export

    claim_ids = None
    if actor is not None:
        actor, claim_ids = _claims_of(extractions, actor, where)
    with open_output(output) as stream:
        write_export(
            extractions,
            stream,
            chosen,
            title=title,
            claim_ids=claim_ids,
            language=words,
            reviews=reviews,
            made=today(),
            actor=actor,
            fact_check=fact_check,
        )


def _by_suffix(output: Path) -> str:
    return next((name for name, suffix in EXPORT_FORMATS.items() if suffix == output.suffix.lower()), "html")


def _fact_check(rating: str | None, url: str | None, author: str | None) -> "FactCheck | None":
    if rating is None and url is None and author is None:
        return None
    if not (rating and url and author):
        raise click.UsageError("a ClaimReview needs --rating, --rating-url and --rating-by")
    from kg.exporters import FactCheck

    return FactCheck(url=url, rating=rating, author=author)


def _claims_of(extractions: "list[Extraction]", name: str, where: str) -> tuple[str, list[str]]:
    """Return an actor's name as it is most often written, and the identifiers of its claims."""
    from collections import Counter

    from kg.query import find_actors

    keys = {actor.key for actor, _ in find_actors(extractions, name)}
    spellings: Counter[str] = Counter()
    claim_ids = []
    for extraction in extractions:
        names = {actor.actor_id: actor.name for actor in extraction.actors if actor.key in keys}
        for claim in extraction.claims:
            if claim.actor_id in names:
                claim_ids.append(claim.claim_id)
                spellings[names[claim.actor_id]] += 1
    if not claim_ids:
        raise InputError(f'{where}: nobody called "{name}" claims anything')
    return spellings.most_common(1)[0][0], claim_ids


def _get(store: "Store", document_id: str) -> "Extraction":
    extraction = store.get(document_id)
    if extraction is None:
        raise InputError(f'{store.name}: no document has the identifier "{document_id}"')
    return extraction

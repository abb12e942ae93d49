"""kg import: another graph, and what was edited in a graph tool."""

import io

import networkx as nx

from kg.exporters import export
from kg.store import Store


def exported(extraction, format_name):
    out = io.BytesIO()
    export([extraction], out, format_name)
    return out.getvalue()


def test_import_merges_a_graph_and_makes_reviews_of_edits(run, tmp_path, extraction_de):
    (tmp_path / "graph.trig").write_bytes(exported(extraction_de, "trig"))
    result = run("import", "graph.trig", "--store", "merged")
    assert (result.exit_code, result.stderr) == (0, "graph.trig: 1 document added, 0 reviews added\n")
    claim_id = extraction_de.claims[0].claim_id
    network = nx.read_graphml(io.BytesIO(exported(extraction_de, "graphml")), force_multigraph=True)
    network.nodes[claim_id]["review"] = "accept"
    nx.write_graphml(network, tmp_path / "edited.graphml")
    result = run("import", "edited.graphml", "--store", "merged", "--reviewer", "Kim")
    assert result.stderr == "edited.graphml: 0 edits, 1 review added\n"
    with Store(tmp_path / "merged", read_only=True) as store:
        assert [(item.record_id, item.reviewer) for item in store.reviews()] == [(claim_id, "Kim")]
    missing = run("import", "nowhere.trig", "--store", "fresh")
    assert (missing.exit_code, missing.stderr) == (
        1,
        "Error: nowhere.trig: cannot be read: No such file or directory\n",
    )
    assert not (tmp_path / "fresh").exists()

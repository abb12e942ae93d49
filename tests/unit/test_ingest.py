"""Ingest as a whole: from files, folders and standard input to documents."""

import io
import json
from pathlib import Path

import pytest

from kg.config import Limits
from kg.errors import InputError, KgError, LanguageError
from kg.ids import sha256_of
from kg.ingest import InputFormat, ingest
from kg.model import Document

DE = "Mehr Züge an der Grenze\n\nBERLIN, 5. März 2024 (nda) – Der Verkehr hat stark zugenommen, sagte der Minister am Freitag.\n"
EN = "More trains at the border\n\nBERLIN, March 5, 2024 (nda) – Traffic has risen sharply, the minister said on Friday.\n"
HTML = """<!doctype html><html><head><title>Mehr Züge - Digital</title>
<meta property="og:site_name" content="Digital"><meta name="author" content="Eva Muster und Max Beispiel">
<meta property="article:published_time" content="2024-03-05T08:30:00+01:00"></head>
<body><nav><a href="/">Startseite</a></nav><article><h1>Mehr Züge</h1>
<p>Der Verkehr über die Grenze hat <em>stark</em> zugenommen, sagte der Minister am Freitag.</p>
<p>„Das prüfen wir sehr genau“, sagte er vor der Presse in Berlin.</p></article><footer>Impressum</footer></body></html>"""
MARKDOWN = """---
title: Mehr Züge
date: 2024-03
author: [Eva Muster, Max Beispiel]
publisher: Digital
---
# Mehr Züge

Der **Verkehr** über die [Grenze](https://example.org) hat
stark zugenommen.

| a | b |
|---|---|
| 1 | 2 |
"""


def read(path: Path | str, **options: object) -> list[Document]:
    return list(ingest([path], **options))  # type: ignore[arg-type]


@pytest.fixture
def write(tmp_path: Path):
    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write_file


@pytest.mark.parametrize(("text", "language"), [(DE, "de"), (EN, "en")])
def test_plain_text_gives_headline_dateline_and_agency(write, text, language):
    (document,) = read(write("a.txt", text))
    assert document.language == language
    assert document.title == text.split("\n")[0]
    assert document.publisher == "nda"
    assert document.authors == ("nda",)
    assert document.published is not None
    assert (document.published.value, document.published.precision) == ("2024-03-05", "day")
    assert document.retrieved is None
    assert document.text == text.strip()
    assert document.sha256 == sha256_of(document.text)


@pytest.mark.parametrize(
    ("closing", "publisher", "authors", "language"),
    [
        ("Rundblick’s Eva Muster trug zu diesem Bericht bei.", "Rundblick", ("Eva Muster",), "de"),
        ("Rundblick-Korrespondentin Eva Muster hat zu diesem Artikel beigetragen.", "Rundblick", ("Eva Muster",), "de"),
        ("Eva Muster und Max Beispiel trugen zu diesem Bericht bei.", None, ("Eva Muster", "Max Beispiel"), "de"),
        ("© 2024 Der Rundblick", "Der Rundblick", (), "de"),
        ("Mit Material von dpa und AFP", "dpa", ("dpa", "AFP"), "de"),
        ("The Observer’s Jane Doe contributed to this report.", "The Observer", ("Jane Doe",), "en"),
        ("Outlook's Jane Doe and John Roe contributed reporting.", "Outlook", ("Jane Doe", "John Roe"), "en"),
        ("Reporting by Jane Doe in Berlin; Editing by John Roe", None, ("Jane Doe",), "en"),
        ("Source: Reuters", "Reuters", ("Reuters",), "en"),
    ],
)
def test_closing_credit_names_outlet_and_authors(write, closing, publisher, authors, language):
    body = {
        "de": "Der Verkehr hat stark zugenommen, sagte der Minister.",
        "en": "Traffic has risen, the minister said.",
    }
    (document,) = read(write("a.txt", f"Eine Lage\n\n{body[language]}\n\n{body[language]}\n\n{closing}"))
    assert (document.publisher, document.authors) == (publisher, authors)


@pytest.mark.parametrize(
    ("opening", "authors"),
    [
        ("Von Eva Muster", ("Eva Muster",)),
        ("Von Eva von der Muster und Max Beispiel, Berlin", ("Eva von der Muster", "Max Beispiel")),
        ("Von der Lage an der Grenze", ()),
    ],
)
def test_german_byline_names_authors(write, opening, authors):
    (document,) = read(
        write("a.txt", f"Eine Lage\n\n{opening}\n\nDer Verkehr hat zugenommen, sagte der Minister am Freitag.")
    )
    assert document.authors == authors


def test_party_in_brackets_at_the_end_is_no_agency(write):
    (document,) = read(write("a.txt", "Eine Lage\n\nDer Verkehr hat zugenommen, sagte Eva Muster (ABC)."))
    assert document.publisher is None


def test_agency_credit_at_the_very_end(write):
    (document,) = read(write("a.txt", "Eine Lage\n\nDer Verkehr hat zugenommen, sagte Eva Muster. (mit dpa)"))
    assert document.publisher == "dpa"


def test_html_gives_metadata_and_paragraphs(write):
    (document,) = read(write("a.html", HTML))
    assert document.title == "Mehr Züge"
    assert document.publisher == "Digital"
    assert document.authors == ("Eva Muster", "Max Beispiel")
    assert document.published is not None
    assert document.published.value == "2024-03-05T08:30:00+01:00"
    assert document.text.split("\n\n") == [
        "Mehr Züge",
        "Der Verkehr über die Grenze hat stark zugenommen, sagte der Minister am Freitag.",
        "„Das prüfen wir sehr genau“, sagte er vor der Presse in Berlin.",
    ]


def test_json_ld_goes_before_meta(write):
    data = {
        "@graph": [
            {"@type": "WebPage"},
            {
                "@type": ["NewsArticle"],
                "headline": "Mehr Züge",
                "datePublished": "2024-03-06",
                "author": [{"name": "Jana Roe"}, "Max Poe"],
                "publisher": {"name": "Rundblick"},
            },
        ]
    }
    script = f'<script type="application/ld+json">{json.dumps(data)}</script></head>'
    (document,) = read(write("a.html", HTML.replace("</head>", script)))
    assert (document.publisher, document.authors) == ("Rundblick", ("Jana Roe", "Max Poe"))
    assert document.published is not None
    assert document.published.value == "2024-03-06"


def test_markdown_loses_formatting_and_keeps_front_matter(write):
    (document,) = read(write("a.md", MARKDOWN))
    assert document.text == "Mehr Züge\n\nDer Verkehr über die Grenze hat stark zugenommen."
    assert (document.title, document.publisher, document.authors) == (
        "Mehr Züge",
        "Digital",
        ("Eva Muster", "Max Beispiel"),
    )
    assert document.published is not None
    assert (document.published.value, document.published.precision) == ("2024-03", "month")


def test_json_line_metadata_and_title_put_before_the_text(write):
    row = {
        "text": "Traffic has risen sharply, the minister said.",
        "title": "More trains",
        "url": "https://example.org/a",
    }
    (document,) = read(
        write("a.jsonl", json.dumps(row | {"authors": ["Jane Doe"], "published": "March 2024", "x": 1}) + "\n")
    )
    assert document.text == "More trains\n\nTraffic has risen sharply, the minister said."
    assert (document.title, document.url, document.authors) == ("More trains", "https://example.org/a", ("Jane Doe",))
    assert document.published is not None
    assert document.published.precision == "month"


def test_documents_written_as_json_lines_are_read_back_unchanged(write):
    documents = read(write("a.txt", DE)) + read(write("a.html", HTML))
    lines = "\n".join(document.model_dump_json() for document in documents)
    assert read(write("a.jsonl", lines)) == documents


def test_document_whose_hash_does_not_fit_is_refused(write):
    (document,) = read(write("a.txt", EN))
    line = document.model_dump_json().replace("sharply", "slowly")
    with pytest.raises(InputError, match=r'a\.jsonl:1: the "sha256" of document'):
        read(write("a.jsonl", line))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (DE, DE),
        (HTML, "Mehr Züge"),
        (MARKDOWN, "Mehr Züge"),
        ('{"text": "Der Minister sagte, der Verkehr nehme zu."}', "Der"),
    ],
    ids=["text", "html", "markdown", "jsonl"],
)
def test_standard_input_is_told_by_how_it_begins(content, expected):
    (document,) = read("-", stdin=io.BytesIO(content.encode("utf-8")))
    assert document.text.startswith(expected[:3])


def test_format_can_be_asked_for(write):
    (document,) = read(write("a.dat", MARKDOWN), input_format=InputFormat.MARKDOWN)
    assert document.title == "Mehr Züge"


def test_folder_is_read_by_name_and_without_what_is_hidden_or_unknown(write, tmp_path):
    for name in ("b.txt", "c/a.txt", "a.txt", ".hidden.txt", ".git/a.txt", "readme.pdf"):
        write(f"articles/{name}", f"Über {name}\n\nDer Verkehr hat zugenommen, sagte der Minister.")
    assert [document.title for document in read(tmp_path / "articles")] == ["Über a.txt", "Über b.txt", "Über c/a.txt"]


def test_manifest_gives_the_files_and_what_is_known_of_them(write, tmp_path):
    row = {
        "id": "x1",
        "file": "articles/a.txt",
        "url": "https://rundblick.example/a",
        "publisher": "Rundblick",
        "published": "2024-03-06",
    }
    write("c/articles/a.txt", DE)
    write("c/articles/b.txt", EN)
    write("c/gold/a.jsonl", "{}")
    write("c/manifest.jsonl", json.dumps(row) + "\n")
    (document,) = read(tmp_path / "c")
    assert (document.url, document.publisher) == ("https://rundblick.example/a", "Rundblick")
    assert document.authors == ("nda",)
    assert document.title == "Mehr Züge an der Grenze"
    assert document.published is not None
    assert document.published.value == "2024-03-06"


def test_manifest_does_not_lead_out_of_its_folder(write, tmp_path):
    write("secret.txt", DE)
    write("c/manifest.jsonl", '{"file": "../secret.txt"}\n')
    with pytest.raises(InputError, match="lies outside of"):
        read(tmp_path / "c")


def test_same_article_has_the_same_identifier_from_any_file_and_format(write):
    (first,) = read(write("a.txt", DE))
    (second,) = read(write("b/other.txt", DE.replace("\n", "\r\n").replace("Züge", "Zu\u0308ge") + "\n\n"))
    assert first == second


def test_same_text_under_another_publisher_is_another_document(write):
    rows = [{"text": EN, "publisher": publisher} for publisher in ("One", "Two")]
    first, second = read(write("a.jsonl", "\n".join(map(json.dumps, rows))))
    assert first.document_id != second.document_id
    assert first.sha256 == second.sha256


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_give_the_same_text(write, encoding):
    (document,) = read(write("a.txt", DE.encode(encoding)))
    assert document.text == DE.strip()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "a.txt: empty, expected an article"),
        ("a.html", b"", "a.html: empty, expected an article"),
        ("a.jsonl", b"\n", "a.jsonl: empty, expected one JSON object a line"),
        ("a.txt", b" \n\t\n ", "a.txt: empty, expected an article"),
        ("a.txt", "\u200b\ufeff\n".encode(), "a.txt: holds no words"),
        ("a.txt", b"12 345, 67\n", "a.txt: no words found"),
        ("a.txt", b"\x7fELF\x02\x01", "a.txt: a binary file (program)"),
        ("a.txt", b"abc\x00def", "a.txt: a binary file (it has null bytes)"),
        ("a.txt", bytes(range(1, 32)) * 9, "a.txt: a binary file (it has control characters)"),
        ("a.pdf", b"%PDF-1.7", "a.pdf: a binary file (PDF)"),
        ("a.txt", "Это новости о поездах".encode("cp1251"), "a.txt: cannot tell the encoding (byte 0"),
        ("a.txt", DE.encode("mac_roman"), "a.txt: cannot tell the encoding (byte 6"),
        ("a.txt", DE.encode("utf-8").replace(b"Z\xc3\xbcge", b"Z\xc3ge"), "a.txt: cannot tell the encoding"),
        ("a.html", b"<html><body><nav>Start</nav></body></html>", "a.html: no article found in this HTML page"),
        ("a.md", b"---\na: [\n---\nText", "a.md: the front matter is not YAML"),
        ("a.md", b"---\n- a\n---\nText", "a.md: expected keys and values in the front matter, found list"),
        ("a.md", b"---\ndate: soon\n---\nThe text.", 'a.md: cannot read the date "soon"'),
        ("a.jsonl", b"nonsense", "a.jsonl:1: not JSON: Expecting value (column 1)"),
        ("a.jsonl", b"[1]", "a.jsonl:1: expected a JSON object, found list"),
        ("a.jsonl", b'{"title": "a"}', 'a.jsonl:1: expected a string "text"'),
        ("a.jsonl", b'{"text": ""}', 'a.jsonl:1: "text" is empty'),
        ("a.jsonl", b'{"text": "The text.", "title": 3}', 'a.jsonl:1: expected a string for "title", found int'),
        ("a.jsonl", b'{"text": "The text.", "authors": 3}', "a.jsonl:1: expected a string or a list of strings"),
        ("a.jsonl", b'{"document_id": "x"}', 'a.jsonl:1: not a document: "language": Field required'),
        ("manifest.jsonl/manifest.jsonl", b'{"id": 1}', 'manifest.jsonl:1: expected a string "file"'),
        ("manifest.jsonl/manifest.jsonl", b'{"file": "a.txt"}', "a.txt: no such file or folder"),
    ],
)
def test_bad_input_is_one_line_that_names_it(write, tmp_path, name, content, message):
    path = write(name, content)
    with pytest.raises(InputError) as caught:
        read(path.parent if "/" in name else path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("source", ["no/such/file.txt", "ftp://example.org/a", "file:///etc/passwd", "https://"])
def test_what_cannot_be_read_at_all(source):
    with pytest.raises(InputError, match=source):
        read(source)


def test_empty_folder_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no articles in this folder"):
        read(tmp_path)


def test_large_file_is_refused_by_its_size(write):
    path = write("a.txt", b"")
    with path.open("r+b") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(InputError, match="50,000,000 bytes, more than the limit of 10,000,000"):
        read(path)


def test_large_line_is_refused_and_the_next_one_read(write):
    path = write("a.jsonl", json.dumps({"text": "x" * 3000}) + "\n" + json.dumps({"text": EN}) + "\n")
    errors: list[KgError] = []
    (document,) = read(path, limits=Limits(max_bytes=1000), on_error=errors.append)
    assert document.language == "en"
    assert [str(error).split(":")[1] for error in errors] == ["1"]


def test_large_standard_input_is_refused():
    with pytest.raises(InputError, match="standard input: more than the limit"):
        read("-", stdin=io.BytesIO(b"x" * 2000), limits=Limits(max_bytes=1000))


def test_batch_tries_everything_and_reports_each_failure(write):
    good, bad = write("a.txt", DE), write("b.txt", "")
    lines = write("c.jsonl", json.dumps({"text": EN}) + "\nnonsense\n" + json.dumps({"text": DE}) + "\n")
    errors: list[KgError] = []
    documents = list(ingest([bad, "nowhere.txt", good, lines], on_error=errors.append))
    assert [document.language for document in documents] == ["de", "en", "de"]
    assert len(errors) == 3


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Le ministre a déclaré vendredi que le trafic ferroviaire à la frontière avait fortement augmenté depuis un mois.",
        ),
        (
            "nl",
            "De minister zei vrijdag dat het treinverkeer over de grens sinds vorige maand sterk is toegenomen, zo bleek.",
        ),
        (
            "ru",
            "Министр заявил в пятницу, что движение поездов через границу с прошлого месяца сильно выросло, сообщили СМИ.",
        ),
    ],
)
def test_unsupported_language_is_refused_by_name(write, language, text):
    with pytest.raises(LanguageError, match=rf'a\.txt: language "{language}" is not supported \(de, en\)'):
        read(write("a.txt", f"{text}\n\n{text}"))


def test_language_said_by_the_file_is_taken_and_checked(write):
    (document,) = read(write("a.jsonl", '{"text": "Alles okay.", "language": "en-GB"}'))
    assert document.language == "en"
    with pytest.raises(LanguageError, match=r'a\.jsonl:1: language "da" is not supported'):
        read(write("a.jsonl", '{"text": "Alles okay.", "language": "da"}'))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Minister sagte", "de"),
        ("Kim and Putin met", "en"),
        ("Bundestag beschließt Haushalt", "de"),
        ("Artillery shipped to Russia", "en"),
        (
            "Der Minister äußerte sich am Freitag lange zu dem Vorfall an der Grenze und wies alle Vorwürfe zurück.\n\n"
            "“It was a very long night for all of us”, he said.",
            "de",
        ),
    ],
)
def test_short_and_mixed_texts_are_decided(write, text, language):
    (document,) = read(write("a.txt", text))
    assert document.language == language


def test_corpus_is_read_as_its_manifest_says():
    corpus = Path(__file__).resolve().parents[2] / "corpus"
    rows = [json.loads(line) for line in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    documents = list(ingest([corpus]))
    assert [(document.url, document.sha256) for document in documents] == [(row["url"], row["sha256"]) for row in rows]
    assert [(document.publisher, document.language) for document in documents] == [
        (row["publisher"], row["language"]) for row in rows
    ]

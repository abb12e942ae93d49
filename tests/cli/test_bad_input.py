"""Bad input and bad luck: one clear line on stderr, the right exit code, and nothing that was there is lost."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.store import Store

GOOD = "Traffic at the border\n\nThe minister said on Tuesday that 40 trains had crossed the border in March.\n"
FRENCH = (
    "Le ministre a déclaré mardi que quarante trains avaient franchi la frontière. "
    "Il a ajouté que la situation était grave et que le gouvernement suivait l'affaire de près.\n"
)
RUSSIAN = "Министр заявил во вторник, что сорок поездов пересекли границу, сообщает агентство.\n"
MENU = '<html><head><title>Shop</title></head><body><nav><a href="/">Home</a></nav></body></html>'

# file name, its bytes, what is said of it
BAD_FILES = [
    ("empty.txt", b"", "empty, expected an article"),
    ("blank.txt", b" \n\t\r\n ", "empty, expected an article"),
    ("program.txt", b"\x7fELF\x02\x01\x01" + bytes(range(256)), "a binary file (program), expected text"),
    ("noise.txt", bytes(range(256)) * 20, "a binary file (it has null bytes), expected text"),
    ("koi8.txt", RUSSIAN.encode("koi8-r"), "cannot tell the encoding (byte 0 is not UTF-8), expected UTF-8"),
    ("french.txt", FRENCH.encode(), 'language "fr" is not supported (de, en)'),
    ("russian.txt", RUSSIAN.encode(), 'language "ru" is not supported (de, en)'),
    ("menu.html", MENU.encode(), "no article found in this HTML page"),
    ("long.txt", (GOOD * 4000).encode(), "more than the limit of 300,000 characters"),
]
BAD_SOURCES = [
    ("nowhere.txt", "nowhere.txt: no such file or folder"),
    ("", '"": empty, expected a path or an address'),
    ("ftp://example.org/a", 'ftp://example.org/a: addresses with "ftp:" are not read, expected http or https'),
    ("file:///etc/passwd", 'file:///etc/passwd: addresses with "file:" are not read, expected http or https'),
    ("http://", "http://: names no host"),
    ("http://[::1", "http://[::1: not a web address: Invalid IPv6 URL"),
]


@pytest.fixture
def filled(store_path: Path, tmp_path: Path) -> Path:
    """A store of one's own, filled like ``store_path``."""
    return Path(shutil.copytree(store_path, tmp_path / "kg"))


def _lines(path: Path) -> list[str]:
    with Store(path, read_only=True) as store:
        return [line for document_id in store.documents() for line in store.lines(document_id)]


def _kg(*arguments: object, cwd: Path, **options: object) -> "subprocess.Popen[str]":
    """Start ``kg`` as a process of its own."""
    words = [sys.executable, "-m", "kg", *map(str, arguments)]
    return subprocess.Popen(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize(("name", "content", "message"), BAD_FILES)
def test_bad_file_is_one_line_and_the_store_stays(run, filled, tmp_path, name, content, message):
    before = _lines(filled)
    (tmp_path / name).write_bytes(content)
    result = run("build", name, "--store", filled)
    assert (result.exit_code, result.stdout) == (1, "")
    error, summary = result.stderr.splitlines()
    assert error.startswith(f"Error: {name}: ")
    assert message in error
    assert summary.endswith("; 1 failed")
    assert _lines(filled) == before


@pytest.mark.parametrize(("source", "message"), BAD_SOURCES)
@pytest.mark.parametrize("command", ["ingest", "extract"])
def test_bad_source_is_one_line(run, command, source, message):
    result = run(command, source)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {message}")
    assert len(result.stderr.splitlines()) == 1


def test_large_file_is_refused_unread(run, tmp_path):
    with (tmp_path / "large.txt").open("wb") as stream:
        stream.truncate(50_000_000)
    result = run("extract", "large.txt")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: large.txt: 50,000,000 bytes, more than the limit of 10,000,000 bytes (max_bytes in kg.toml)\n"
    )


def test_broken_lines_are_named_and_the_others_read_once(run, tmp_path):
    row = '{"text": "The minister said on Tuesday that %s trains had crossed the border."}\n'
    half = '{"text": "The minister \\ud800 said that trains had crossed the border."}\n'
    (tmp_path / "a.jsonl").write_text(row % 40 + '{"text": broken\n' + "[1]\n" + half + row % 40)
    result = run("build", "a.jsonl", "--store", "kg")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[:2] == [
        "Error: a.jsonl:2: not JSON: Expecting value (column 10)",
        "Error: a.jsonl:3: expected a JSON object, found list",
    ]
    assert result.stderr.endswith(" stored in kg; 1 known already; 2 failed\n")
    with Store(tmp_path / "kg", read_only=True) as store:
        assert len(store.documents()) == 2
    assert run("validate", "--store", "kg").exit_code == 0


@pytest.mark.parametrize(
    ("question", "exit_code", "message"),
    [
        ("", 1, "Error: the question is empty"),
        ("  ", 1, "Error: the question is empty"),
        ("?!", 1, 'Error: the question "?!" has no word with a meaning of its own'),
        ("artillery " * 1000, 1, "Error: the question has 9999 characters; expected at most 1000"),
        ("artillery \udcff", 2, "Error: Invalid value for 'QUESTION': is not UTF-8"),
    ],
)
def test_bad_question_is_one_line(run, store_path, question, exit_code, message):
    result = run("trace", question, "--store", store_path)
    assert (result.exit_code, result.stdout) == (exit_code, "")
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert errors[0].startswith(message)


@pytest.mark.parametrize("command", ["trace", "export", "extract", "query", "validate", "evaluate"])
def test_unknown_format_is_wrong_usage(run, command):
    result = run(command, "--format", "nonsense", "argument")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'nonsense' is not one of" in result.stderr


@pytest.mark.parametrize("output", ["no/folder/a", ".", "/dev/full"])
@pytest.mark.parametrize("command", [["trace", "trains"], ["export"], ["query", "ASK {}"], ["schema"], ["validate"]])
def test_output_that_cannot_be_written_is_one_line(run, store_path, command, output):
    store = [] if command == ["schema"] else ["--store", store_path]
    more = ["--format", "json"] if command == ["validate"] else []  # there are no lines about a valid store
    result = run(*command, *store, *more, "-o", output)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {output}: cannot be written: ")
    assert len(result.stderr.splitlines()) == 1


def test_output_replaces_a_file_as_a_whole_or_not_at_all(run, articles, tmp_path, monkeypatch):
    """What is read may be what is written, and a full disk leaves the earlier file as it was."""
    assert run("ingest", articles, "-o", "a.jsonl").exit_code == 0
    (tmp_path / "a.jsonl").chmod(0o640)
    (tmp_path / "link.jsonl").symlink_to("a.jsonl")
    content = (tmp_path / "a.jsonl").read_bytes()
    assert run("ingest", "a.jsonl", "-o", "link.jsonl").exit_code == 0
    assert (tmp_path / "a.jsonl").read_bytes() == content
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link.jsonl").is_symlink()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    result = run("schema", "-o", "a.jsonl")
    assert result.stderr == "Error: a.jsonl: cannot be written: No space left on device\n"
    assert (tmp_path / "a.jsonl").read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "link.jsonl"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"stor = 1", 'unknown key "stor", expected one of store, limits, serve'),
        (b"[limits]\nmax_bytes = 'x'", '"limits.max_bytes": Input should be a valid integer'),
        (b"[limits]\nmax_bytes = 0", '"limits.max_bytes": Input should be greater than 0'),
        (b"limits = 3", '"limits": '),
        (b"[serve]\nport = 70000", '"serve.port": '),
        (b"store = ", "not TOML: "),
        (b'store = "\xff"', "cannot read the settings: not UTF-8"),
    ],
)
def test_bad_settings_are_one_line(run, tmp_path, content, message):
    (tmp_path / "kg.toml").write_bytes(content)
    result = run("query", "ASK {}")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: kg.toml: {message}")
    assert len(result.stderr.splitlines()) == 1


def test_store_that_is_written_elsewhere_is_refused_and_can_be_read(run, filled, articles):
    before = _lines(filled)
    with Store(filled):
        result = run("build", articles, "--store", filled)
        assert run("query", "ASK { ?s ?p ?o }", "--store", filled).stdout == "yes\n"
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {filled}: the store is open for writing elsewhere")
    assert len(result.stderr.splitlines()) == 1
    assert _lines(filled) == before


def test_full_disk_is_one_line_and_nothing_stored_is_lost(run, filled, tmp_path):
    before = _lines(filled)
    rows = [json.dumps({"text": f"{GOOD} {n}", "language": "en"}) for n in range(20)]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))

    def fill_disk() -> None:  # no file may grow further, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    with _kg("build", "a.jsonl", "--store", "kg", cwd=tmp_path, preexec_fn=fill_disk) as process:
        stdout, stderr = process.communicate()
    assert (process.returncode, stdout) == (1, "")
    assert stderr.startswith("Error: kg: the store cannot be written: the disk is full")
    assert len(stderr.splitlines()) == 1
    assert set(before) <= set(_lines(filled))
    with Store(filled):  # and it can be written again
        pass
    assert run("validate", "--store", "kg").exit_code == 0


def test_no_room_for_temporary_files_is_one_line(store_path, tmp_path):
    (tmp_path / "a.txt").write_text(GOOD)

    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    for command in (["extract", "a.txt"], ["trace", "trains", "--store", store_path]):
        with _kg(*command, cwd=tmp_path, preexec_fn=fill_disk) as process:
            stdout, stderr = process.communicate()
        assert (process.returncode, stdout) == (1, "")
        assert stderr.startswith("Error: cannot write a temporary file to tell languages by (File too large)")
        assert len(stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_read_only_disk_can_be_read_and_is_one_line_to_write(run, filled, articles, tmp_path):
    mounted = tmp_path / "disk"
    mounted.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", mounted], check=False).returncode:
        pytest.skip("may not mount")
    try:
        shutil.copytree(filled, mounted / "kg")
        subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
        assert run("trace", "trains carrying ammunition", "--store", mounted / "kg").exit_code == 0
        for store in ("kg", "new"):
            result = run("build", articles, "--store", mounted / store)
            assert result.exit_code == 1
            assert result.stderr.startswith(
                f"Error: {mounted / store}: the store cannot be written: the disk is read-only"
            )
            assert len(result.stderr.splitlines()) == 1
    finally:
        subprocess.run(["umount", mounted], check=True)


@pytest.mark.enable_socket
def test_port_in_use_is_one_line(store_path, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with _kg("serve", "--port", port, "--store", store_path, cwd=tmp_path) as process:
            stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (1, "")
    assert stderr == f"Error: 127.0.0.1:{port}: the port is in use; choose another, or 0 for any free one\n"


@pytest.mark.parametrize(
    "command",
    [
        ["extract", "a.jsonl"],
        ["ingest", "a.jsonl"],
        ["export", "--format", "trig", "--store", "kg"],
        ["query", "SELECT * { ?s ?p ?o . ?x ?y ?z }", "--format", "csv", "--store", "kg"],
    ],
)
def test_reader_that_has_had_enough_is_no_error(articles, filled, tmp_path, command):
    """As in ``kg extract ... | head -1``: the pipe is closed while there is more to write than it holds."""
    text = (articles / "border.txt").read_text(encoding="utf-8").replace('"', "'").replace("\n", "\\n")
    rows = [f'{{"text": "{text}", "url": "https://example.org/{n}"}}\n' for n in range(200)]
    (tmp_path / "a.jsonl").write_text("".join(rows), encoding="utf-8")
    with _kg(*command, cwd=tmp_path) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


def test_interrupt_ends_quietly_and_leaves_the_store_whole(filled, tmp_path):
    before = _lines(filled)
    os.mkfifo(tmp_path / "a.jsonl")

    def heed_interrupts() -> None:  # a shell that runs the tests in the background makes them ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    command = ["build", "a.jsonl", "--store", "kg"]
    with _kg(*command, cwd=tmp_path, preexec_fn=heed_interrupts) as process, (tmp_path / "a.jsonl").open("w"):
        # the pipe opens once it is read: kg is at work, and waits
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr.strip()) == (1, "", "Aborted!")
    assert _lines(filled) == before
    with Store(filled):
        pass


def test_server_says_where_it_is_and_stops_at_an_interrupt(store_path, tmp_path):
    with _kg("serve", "--port", 0, "--store", store_path, cwd=tmp_path) as process:
        first = process.stderr.readline()
        assert first.startswith(f"Serving {store_path} at http://127.0.0.1:")
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr) == (0, "", "")

"""Settings."""

from pathlib import Path

import pytest

from kg.config import Settings, load_settings
from kg.errors import InputError


def test_defaults_without_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load_settings(environ={})
    assert settings == Settings()
    assert (settings.store, settings.serve.host, settings.limits.max_bytes) == (Path(".kg"), "127.0.0.1", 10_000_000)


def test_file_in_the_working_folder_is_found(tmp_path, monkeypatch):
    (tmp_path / "kg.toml").write_text('store = "graph"\n[serve]\nport = 0\n')
    monkeypatch.chdir(tmp_path)
    settings = load_settings(environ={})
    assert (settings.store, settings.serve.port) == (Path("graph"), 0)


def test_named_file_goes_before_the_variable(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(f'store = "{name}"')
    environ = {"KG_CONFIG": str(tmp_path / "b.toml")}
    assert load_settings(tmp_path / "a.toml", environ).store == tmp_path / "a"
    assert load_settings(environ=environ).store == tmp_path / "b"


def test_relative_store_counts_from_the_file(tmp_path):
    (tmp_path / "kg.toml").write_text('store = "graph"')
    assert load_settings(tmp_path / "kg.toml", {}).store == tmp_path / "graph"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stor = 1", 'unknown key "stor", expected one of store, limits, serve, attribution'),
        (
            "[limits]\nbytes = 1",
            'unknown key "limits.bytes", expected one of max_bytes, max_characters, timeout_s, max_redirects',
        ),
        ("[serve]\nport = 70000", '"serve.port": Input should be less than or equal to 65535, found 70000'),
        (
            '[attribution]\nweights = "new"',
            "\"attribution.weights\": Input should be 'news', 'speeches' or 'none', found 'new'",
        ),
        ("store = ", "not TOML: "),
    ],
)
def test_bad_settings_name_file_and_key(tmp_path, text, message):
    path = tmp_path / "kg.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_settings(path, {})
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_named_file_must_exist(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml: cannot read the settings: No such file"):
        load_settings(tmp_path / "none.toml", {})

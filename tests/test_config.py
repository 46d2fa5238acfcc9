import os
from pathlib import Path

import pytest

from audiolab.config import Settings, load_settings, unknown_variables
from audiolab.errors import ConfigError


@pytest.fixture(autouse=True)
def _clean(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("AUDIOLAB_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_reads_environment_file_and_overrides_in_that_order(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("AUDIOLAB_NUM_WORKERS=3\nAUDIOLAB_LOG_LEVEL=DEBUG\n")
    assert load_settings().num_workers == 3
    assert load_settings().log_level == "debug"
    monkeypatch.setenv("AUDIOLAB_NUM_WORKERS", "4")
    assert load_settings().num_workers == 4
    assert load_settings(num_workers=5, token=None).num_workers == 5


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AUDIOLAB_NUM_WORKERS", "many"), ("AUDIOLAB_NUM_WORKERS", "0"),
        ("AUDIOLAB_DATABASE_URL", "mysql://host/name"), ("AUDIOLAB_LOG_LEVEL", "loud"),
        ("AUDIOLAB_TOKEN", "short"), ("AUDIOLAB_TOKEN", "with spaces in it"),
        ("AUDIOLAB_NETWORK_BACKEND", "torch"), ("AUDIOLAB_NETWORK_SPEED", "ludicrous"),
        ("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", "perhaps"), ("AUDIOLAB_CORS_ORIGINS", "*"),
        ("AUDIOLAB_CORS_ORIGINS", "https://a.example/path"), ("AUDIOLAB_CORS_ORIGINS", "a.example"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_line_with_its_variable(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert caught.value.variable == variable
    assert str(caught.value).startswith(variable)
    assert "\n" not in str(caught.value)


def test_secrets_are_not_shown(monkeypatch):
    monkeypatch.setenv("AUDIOLAB_DATABASE_URL", "mysql://me:hunter2@host/name")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_text_is_one_line(tmp_path):
    (tmp_path / ".env").write_bytes("AUDIOLAB_TOKEN=Übermut".encode("latin-1"))
    with pytest.raises(
        ConfigError, match=r"^\.env: this file of .* cannot be read as text"
    ) as caught:
        load_settings()
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lists_are_split(monkeypatch):
    monkeypatch.setenv("AUDIOLAB_LIBRARY_PATH", os.pathsep.join(["~/Music", "/mnt/a b"]))
    monkeypatch.setenv("AUDIOLAB_CORS_ORIGINS", "https://a.example, http://[::1]:8866")
    settings = load_settings()
    assert settings.library_path == (Path.home() / "Music", Path("/mnt/a b"))
    assert settings.cors_origins == ("https://a.example", "http://[::1]:8866")


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("AUDIOLAB_TOKEN", "")
    assert load_settings().token is None


def test_variables_that_are_no_settings_are_found(monkeypatch, tmp_path):
    monkeypatch.setenv("AUDIOLAB_DATADIR", "/music")
    monkeypatch.setenv("AUDIOLAB_TOKEN", "12345678")
    (tmp_path / ".env").write_text("audiolab_num_workers=2\nAUDIOLAB_XYZ=1\nOTHER=1\n")
    assert unknown_variables() == {"AUDIOLAB_DATADIR": "AUDIOLAB_DATA_DIR", "AUDIOLAB_XYZ": None}


def test_a_child_process_gets_the_same_settings(monkeypatch, tmp_path):
    settings = load_settings(
        data_dir=tmp_path / "ä b", library_path=(Path("/a"), Path("/b")), num_workers=2,
        allow_unverified_models=True, token="12345678",
    )  # fmt: skip
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().token = "12345678"


def test_every_setting_is_explained():
    documented = Settings.__doc__ or ""
    example = (Path(__file__).parents[1] / ".env.example").read_text()
    for name in Settings.model_fields:
        assert f"    {name} : " in documented
        assert f"AUDIOLAB_{name.upper()}=" in example

"""Settings: where they come from, and what refuses a start."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import (
    ConfigurationError,
    read_complete_settings,
    read_settings,
    secrets_folder,
    setting_names,
)


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def test_the_demo_needs_two_secrets_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_SECRET_KEY", "k")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "t")
    monkeypatch.setenv("PORT", "8123")
    settings = read_complete_settings()
    assert settings.public_url == "http://127.0.0.1:8123"
    assert settings.database_url == "sqlite:///var/linli.sqlite3"


def test_all_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_PROVIDER", "twilio")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "  ")
    with pytest.raises(ConfigurationError) as refused:
        read_complete_settings()
    missing = {line.split()[0] for line in str(refused.value).splitlines()[1:]}
    assert missing == {
        "LINLI_SECRET_KEY",
        "LINLI_DATA_KEY",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_ACCOUNT_SID",
        "LINLI_PUBLIC_URL",
    }


def test_every_value_that_cannot_be_used_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LINLI_PROVIDER", "pigeon"), ("PORT", "x"), ("LINLI_PUBLIC_URL", "x")):
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as refused:
        read_settings()
    named = {line.split(":")[0] for line in str(refused.value).splitlines()}
    assert named == {"LINLI_PROVIDER", "PORT", "LINLI_PUBLIC_URL"}


def test_a_wrong_value_does_not_hide_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    with pytest.raises(ConfigurationError) as refused:
        read_complete_settings()
    for name in ("PORT", "LINLI_SECRET_KEY", "TWILIO_AUTH_TOKEN"):
        assert name in str(refused.value)


@pytest.mark.parametrize("name", ["LINLI_SECRET_KEY", "LINLI_DATABASE_URL", "TWILIO_ACCOUNT_SID"])
def test_each_setting_can_be_given_as_a_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").write_text("sqlite:///kept\n", encoding="utf-8")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "kept"))
    field = setting_names()[name]
    settings = read_settings()
    found = next(n for n, f in type(settings).model_fields.items() if f is field)
    assert "sqlite:///kept" in (
        getattr(settings, found),
        getattr(getattr(settings, found), "get_secret_value", str)(),
    )


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_SECRET_KEY_FILE", "nowhere/key")
    with pytest.raises(ConfigurationError, match="LINLI_SECRET_KEY_FILE: cannot read nowhere/key"):
        read_settings()


def test_what_is_set_beats_a_kept_secret_and_blank_is_blank(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = secrets_folder(Path("var"))
    folder.mkdir(parents=True)
    (folder / "TWILIO_AUTH_TOKEN").write_text("kept\n", encoding="utf-8")
    assert read_settings().twilio_auth_token.get_secret_value() == "kept"
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "given")
    assert read_settings().twilio_auth_token.get_secret_value() == "given"
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "")
    assert "TWILIO_AUTH_TOKEN" in read_settings().missing()


def test_a_secret_never_shows_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "very-secret")
    assert "very-secret" not in repr(read_settings())


@pytest.mark.parametrize(
    ("provider", "base", "carries"),
    [
        ("desk", "https://api.twilio.com", False),
        ("twilio", "https://api.twilio.com", True),
        ("twilio", "http://127.0.0.1:9000", False),
        ("twilio", "http://127.0.0.1.example.org", True),
    ],
)
def test_only_a_provider_on_this_machine_carries_nothing(
    provider: str, base: str, carries: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_PROVIDER", provider)
    monkeypatch.setenv("LINLI_TWILIO_API_BASE", base)
    assert read_settings().carries_for_real is carries

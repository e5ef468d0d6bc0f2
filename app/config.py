"""Every setting of the service; the only reader of the environment.

Each name can be given as itself, as ``NAME_FILE`` (the path of a file that holds the value), or
as a file of that name in ``var/secrets``, where ``make run`` keeps what it made.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.key_settings import KeySettings

_SECRETS = frozenset({"LINLI_SECRET_KEY", "LINLI_DATA_KEY", "TWILIO_AUTH_TOKEN"})
_VOICES = ("kokoro", "pyttsx3", "provider")
_SAID_BY = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*(?: [\w.:-]+)?")
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class ConfigurationError(Exception):
    """The settings do not allow a start; the message names everything that is wrong."""


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected a web address such as https://line.example.org")
    return value.rstrip("/")


def _voice_order(value: str) -> str:
    names = [name.strip() for name in value.split(",")]
    if not all(name in _VOICES for name in names) or len(set(names)) != len(names):
        raise ValueError(f"expected some of {', '.join(_VOICES)}, in order, with commas")
    return ",".join(names)


def _said_by(value: str) -> str:
    if not _SAID_BY.fullmatch(value):
        raise ValueError("expected a language such as cmn-CN, and a voice after a space if wanted")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
SaidBy = Annotated[str, AfterValidator(_said_by)]


class Settings(KeySettings):
    """What can be set, with the value that holds where nothing is set."""

    model_config = SettingsConfigDict(populate_by_name=True, extra="forbid", frozen=True)

    var: Path = Field(
        default=Path("var"),
        validation_alias="LINLI_VAR",
        description="Folder of the SQLite database, the secrets and the fallback pages.",
    )
    database_url: str = Field(
        default="",
        validation_alias="LINLI_DATABASE_URL",
        description="sqlite:///PATH or postgresql://…; else linli.sqlite3 in LINLI_VAR.",
    )
    public_url: WebAddress | None = Field(
        default=None,
        validation_alias="LINLI_PUBLIC_URL",
        description="Address under which the provider reaches us; with the desk this machine's.",
    )
    provider: Literal["desk", "twilio"] = Field(
        default="desk",
        validation_alias="LINLI_PROVIDER",
        description="Who carries texts and calls: desk (in the browser) or twilio.",
    )
    voice: Annotated[str, AfterValidator(_voice_order)] = Field(
        default="kokoro,pyttsx3",
        validation_alias="LINLI_VOICE",
        description="Who speaks, the first that works: kokoro, pyttsx3 (here), provider (its own).",
    )
    voice_model: Path | None = Field(
        default=None,
        validation_alias="LINLI_VOICE_MODEL",
        description="Folder with kokoro-v1.0.int8.onnx; else the model out of [voice-zh].",
    )
    say_zh: SaidBy = Field(
        default="zh-CN",
        validation_alias="LINLI_SAY_ZH",
        description="The provider's own Chinese: its language, and a voice after a space.",
    )
    say_en: SaidBy = Field(
        default="en-US",
        validation_alias="LINLI_SAY_EN",
        description="The provider's own English, likewise (en-US Polly.Joanna).",
    )
    transcribe: str = Field(
        default="auto",
        validation_alias="LINLI_TRANSCRIBE",
        description="Who hears recordings: auto (the extra [transcribe], where it is installed), "
        "off (people only), or the folder of a faster-whisper model.",
    )
    host: str = Field(
        default="127.0.0.1",
        validation_alias="LINLI_HOST",
        description="Address on which the web listens; the desk exists on loopback only.",
    )
    port: int = Field(
        default=8000,
        gt=0,
        lt=65536,
        validation_alias="PORT",
        description="Port on which the web listens.",
    )
    texts_per_second: float = Field(
        default=10.0,
        gt=0,
        le=1000,
        validation_alias="LINLI_TEXTS_PER_SECOND",
        description="How many texts of a notice are sent a second; what the provider allows.",
    )
    calls_per_second: float = Field(
        default=1.0,
        gt=0,
        le=100,
        validation_alias="LINLI_CALLS_PER_SECOND",
        description="How many calls of a notice are begun a second.",
    )
    web_workers: int = Field(
        default=2,
        gt=0,
        validation_alias="LINLI_WEB_WORKERS",
        description="Web processes.",
    )
    web_threads: int = Field(
        default=4,
        gt=0,
        validation_alias="LINLI_WEB_THREADS",
        description="Threads in each web process.",
    )
    proxies: int = Field(
        default=0,
        ge=0,
        validation_alias="LINLI_PROXIES",
        description="How many proxies stand before the web and name who asks; 0: none.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="LINLI_METRICS_TOKEN",
        description="Opens /metrics (Authorization: Bearer …); without it this machine only.",
    )
    log: Literal["plain", "json"] = Field(
        default="plain",
        validation_alias="LINLI_LOG",
        description="How log lines are written: plain or json.",
    )
    twilio_account_sid: str = Field(
        default="",
        validation_alias="TWILIO_ACCOUNT_SID",
        description="Account at the provider; required with twilio.",
    )
    media_hosts: str = Field(
        default="mms.twiliocdn.com,media.twiliocdn.com,s3-external-1.amazonaws.com",
        validation_alias="LINLI_MEDIA_HOSTS",
        description="Hosts, besides the provider's, to which a picture's address may point on.",
    )
    countries: str = Field(
        default="CN",
        validation_alias="LINLI_COUNTRIES",
        description="Countries whose numbers we text and ring, with commas; emergencies go out "
        "everywhere.",
    )
    twilio_api_base: WebAddress = Field(
        default="https://api.twilio.com",
        validation_alias="LINLI_TWILIO_API_BASE",
        description="Base address of Twilio, or of a service with the same API.",
    )

    @model_validator(mode="before")
    @classmethod
    def _take_blank_as_unset(cls, values: Any) -> Any:
        # A secret set to nothing stays blank, so that the start is refused rather than the
        # secret of an earlier start taken.
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if value != "" or name in _SECRETS}

    @model_validator(mode="after")
    def _fill_what_follows_from_others(self) -> Self:
        if not self.database_url:
            _replace(self, "database_url", f"sqlite:///{self.var / 'linli.sqlite3'}")
        if self.public_url is None and self.provider == "desk":
            _replace(self, "public_url", f"http://127.0.0.1:{self.port}")
        return self

    @property
    def address(self) -> str:
        """Return the public address.

        :raises ConfigurationError: if none is set, and none follows from the other settings.
        """
        if self.public_url is None:
            raise ConfigurationError("LINLI_PUBLIC_URL is not set.")
        return self.public_url

    @property
    def media_host_list(self) -> tuple[str, ...]:
        """Return the hosts from which a picture may be fetched, besides the provider's."""
        return tuple(host.strip() for host in self.media_hosts.split(",") if host.strip())

    @property
    def country_list(self) -> frozenset[str]:
        """Return the countries (CN) whose numbers we text and ring."""
        return frozenset(one.strip().upper() for one in self.countries.split(",") if one.strip())

    @property
    def voice_order(self) -> tuple[str, ...]:
        """Return the voices in the order in which they are wished."""
        return tuple(self.voice.split(","))

    @property
    def voice_insisted(self) -> bool:
        """Tell whether somebody set the order, so that a voice that is absent is a problem."""
        return "voice" in self.model_fields_set

    @property
    def carries_for_real(self) -> bool:
        """Tell whether a text may leave this machine and reach somebody's telephone."""
        return self.provider != "desk" and not is_loopback(self.twilio_api_base)

    def missing(self) -> tuple[str, ...]:
        """Name every setting without which the service cannot start."""
        needed: dict[str, str | None] = {
            "LINLI_SECRET_KEY": self.secret_key.get_secret_value(),
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token.get_secret_value(),
        }
        if self.provider == "twilio":
            needed["TWILIO_ACCOUNT_SID"] = self.twilio_account_sid
            needed["LINLI_PUBLIC_URL"] = self.public_url
        if self.carries_for_real:
            # A demo that nobody gave a key goes on as it did; what it holds is nobody's.
            needed["LINLI_DATA_KEY"] = self.data_key.get_secret_value()
        return tuple(name for name, value in needed.items() if not (value or "").strip())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the parent's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the parent's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is handed in, else the environment, else ``NAME_FILE``, else var/secrets."""
        return (init_settings, env_settings, _FileSource(settings_cls))


class _FileSource(PydanticBaseSettingsSource):
    """Reads ``NAME_FILE``, and files of that name in var/secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of one setting, or None."""
        name = str(field.validation_alias)
        named = os.environ.get(f"{name}_FILE", "")
        kept = secrets_folder(Path(os.environ.get("LINLI_VAR") or "var")) / name
        if not named and not kept.is_file():
            return None, field_name, False
        path = Path(named) if named else kept
        try:
            return path.read_text(encoding="utf-8").strip() or None, name, False
        except OSError as error:
            raise ConfigurationError(
                f"{name}_FILE: cannot read {path} ({error.strerror})."
            ) from error

    def __call__(self) -> dict[str, Any]:
        """Return every setting that is kept in a file."""
        found: dict[str, Any] = {}
        for field_name, field in self.settings_cls.model_fields.items():
            value, name, _ = self.get_field_value(field, field_name)
            if value is not None:
                found[name] = value
        return found


def secrets_folder(var: Path) -> Path:
    """Return where ``make run`` keeps what it made."""
    return var / "secrets"


def is_loopback(address: str) -> bool:
    """Tell whether a web address leads to this machine.

    >>> is_loopback("http://127.0.0.1:9000"), is_loopback("https://api.twilio.com")
    (True, False)
    """
    return urlsplit(address).hostname in _LOOPBACK_HOSTS


def setting_names() -> dict[str, FieldInfo]:
    """Return every setting by the name under which it is given."""
    return {str(field.validation_alias): field for field in Settings.model_fields.values()}


def read_settings() -> Settings:
    """Read every setting.

    :raises ConfigurationError: naming every value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError("\n".join(_wrong(error))) from error


def read_complete_settings() -> Settings:
    """Read every setting, for a process that serves.

    :raises ConfigurationError: naming all that is wrong or missing, at once.
    """
    lines: list[str] = []
    try:
        settings = Settings()
    except ValidationError as error:
        lines = _wrong(error)
        # Read once more with defaults for what is wrong, so that it hides nothing missing.
        wrong = {str(item["loc"][0]) for item in error.errors()}
        fields = {name: setting_names()[name].default for name in wrong}
        settings = Settings(**fields)
    lines += [f"{name} is not set (or {name}_FILE)." for name in settings.missing()]
    if lines:
        raise ConfigurationError("\n".join(["Linli cannot start:", *lines]))
    return settings


def _wrong(error: ValidationError) -> list[str]:
    return [
        f"{item['loc'][0]}: {item['msg'].removeprefix('Value error, ')}" for item in error.errors()
    ]


def _replace(settings: Settings, field: str, value: Any) -> None:
    # The model is frozen for everybody else; what follows from other fields is filled once.
    object.__setattr__(settings, field, value)

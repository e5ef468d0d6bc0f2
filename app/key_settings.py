"""The settings that are keys: what is in force, and what still serves while it is replaced."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class KeySettings(BaseSettings):
    """Keys; the ``_OLD`` ones prove and open what was made before, and make nothing."""

    secret_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="LINLI_SECRET_KEY",
        description="Signs the addresses of sounds, seals points and sessions; required.",
    )
    secret_key_old: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="LINLI_SECRET_KEY_OLD",
        description="Earlier secret keys, with commas: seals of the points book stay provable.",
    )
    data_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="LINLI_DATA_KEY",
        description="Seals health notes, PINs and recordings in the database; required where texts "
        "and calls reach real telephones.",
    )
    data_key_old: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="LINLI_DATA_KEY_OLD",
        description="Earlier data keys, with commas, until `linli keys rotate` has run.",
    )
    database_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="LINLI_DATABASE_KEY",
        description="Opens an SQLite file encrypted as a whole (extra [sealed]); else it is plain.",
    )
    backup_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="LINLI_BACKUP_KEY",
        description="Seals backups; keep a copy away from this machine.",
    )
    twilio_auth_token: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="TWILIO_AUTH_TOKEN",
        description="Signs every webhook, with the desk too; required.",
    )
    twilio_auth_token_old: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="TWILIO_AUTH_TOKEN_OLD",
        description="Other tokens still believed, with commas, while the provider changes over.",
    )
    twilio_shared_keys: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="TWILIO_SHARED_KEYS",
        description="Shared keys that sign webhooks instead of the token: ID=SECRET, with commas.",
    )

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """Return the secret key in force, then the earlier ones."""
        return _listed(self.secret_key, self.secret_key_old)

    @property
    def data_keys(self) -> tuple[str, ...]:
        """Return the data key in force, then the earlier ones."""
        return _listed(self.data_key, self.data_key_old)

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """Return the token that we use, then the others that webhooks may be signed with."""
        return _listed(self.twilio_auth_token, self.twilio_auth_token_old)

    @property
    def shared_keys(self) -> dict[str, str]:
        """Return the secret of each shared key by its id; what is no ID=SECRET is left out."""
        pairs = (pair.partition("=") for pair in _listed(self.twilio_shared_keys))
        return {name.strip(): secret.strip() for name, _, secret in pairs if secret.strip()}


def _listed(*secrets: SecretStr) -> tuple[str, ...]:
    written = ",".join(secret.get_secret_value() for secret in secrets)
    return tuple(one.strip() for one in written.split(",") if one.strip())

"""The environment (prefix NHIPCAU_, also from .env) as one frozen object; only cli and app read it."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent
Listed = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """See README.md, "Settings", for what each means. Lists are separated by commas or blanks."""

    model_config = SettingsConfigDict(env_prefix="NHIPCAU_", env_file=".env", frozen=True, extra="ignore")

    programme: str = Field("an-giang", pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    content_dir: Path = REPOSITORY / "content"
    data_dir: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    embed_origins: Listed = ()
    trusted_proxies: Listed = ()
    secret_key: SecretStr = SecretStr("")
    flood: int = Field(30, ge=0)
    telegram_token: SecretStr = SecretStr("")
    telegram_api: str = Field("https://api.telegram.org", pattern=r"^https?://[^\s@]+$")
    telegram_proxy: SecretStr = SecretStr("")
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_rate: float = Field(25.0, ge=0)
    log_level: str = Field("INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("embed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("telegram_token")
    @classmethod
    def _of_botfather(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"|[0-9]{1,20}:[A-Za-z0-9_-]{10,}", value.get_secret_value()):
            raise ValueError("must look like 123456789:AAE…, as BotFather gives it")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _as_telegram_takes_it(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()):
            raise ValueError("may have letters, digits, _ and - only, and no more than 256")
        return value

    @field_validator("telegram_proxy")
    @classmethod
    def _http(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"|https?://\S+", value.get_secret_value()):
            raise ValueError("must be an HTTP proxy: http://host:port")
        return value

    @field_validator("public_url")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def database(self) -> str:
        """The database's URL: SQLite in the data folder unless another is set."""
        path = self.data_dir.resolve() / "nhipcau.sqlite3"
        return self.database_url.get_secret_value() or f"sqlite:///{path}"

    @property
    def url(self) -> str:
        """Where people reach us."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def secret(self) -> bytes:
        """The key that signs cookies: as set, or made once and kept in the data folder for its owner only."""
        if given := self.secret_key.get_secret_value():
            return given.encode()
        return _kept_secret(self.data_dir / "secret.key")

    def telegram_secret(self) -> str:
        """What Telegram shows with each update it brings: as set, or made once and kept likewise."""
        if given := self.telegram_webhook_secret.get_secret_value():
            return given
        return _kept_secret(self.data_dir / "telegram-webhook.key").decode()


def _kept_secret(path: Path) -> bytes:
    if not path.exists():
        _keep_secret(path)
    return path.read_bytes()


def _keep_secret(path: Path) -> None:
    """Written whole under another name first, so that a crash leaves no short key."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)

"""The environment, read and checked once: a bad value stops the start and is named."""

import contextlib
import ipaddress
import os
import secrets
from pathlib import Path
from typing import Literal

import dj_email_url
from django.core.exceptions import ImproperlyConfigured
from pydantic import BaseModel, Field, ValidationError, field_validator

BASE_DIR = Path(__file__).resolve().parents[2]


class SocialKeys(BaseModel):
    """Client id and secret of one sign-in provider."""

    client_id: str = Field(min_length=1)
    secret: str = Field(min_length=1)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


class Environment(BaseModel):
    """Every variable the portal reads, with its default."""

    DUIJIE_DATA_DIR: Path = BASE_DIR / "var"
    PORT: int = Field(8000, ge=1, le=65535)
    DATABASE_URL: str = ""
    ELASTICSEARCH_URL: str = ""
    DUIJIE_DEMO: bool = True
    SECRET_KEY: str = ""
    ALLOWED_HOSTS: str = ""
    SITE_URL: str = ""
    EMAIL_URL: str = ""
    DEFAULT_FROM_EMAIL: str = "duijie@localhost.localdomain"
    DUIJIE_NEED_MODERATION: bool = False
    DUIJIE_OUTBOUND_HOSTS: str = ""
    DUIJIE_FILE_MB: int = Field(25, ge=1, le=200)
    DUIJIE_FILE_DAY_MB: int = Field(500, ge=1)
    DUIJIE_NOTIFICATION_DAYS: int = Field(365, ge=7, le=3650)
    DUIJIE_READS_PER_MINUTE: int = Field(240, ge=0)
    DUIJIE_SUGGESTIONS_PER_MINUTE: int = Field(600, ge=0)
    DUIJIE_PROXIES: int = Field(1, ge=0, le=10)
    DUIJIE_ENCODER: Literal["local", "openai", "none"] = "local"
    DUIJIE_ENCODER_URL: str = ""
    DUIJIE_ENCODER_MODEL: str = ""
    DUIJIE_ENCODER_KEY: str = ""
    DUIJIE_VOCABULARY_SECONDS: int = Field(3, ge=0, le=3600)
    OPENID_CONNECT_SERVER_URL: str = ""
    OPENID_CONNECT_NAME: str = "OpenID Connect"
    DUIJIE_SWEEP_MINUTES: int = Field(60, ge=0)
    DUIJIE_METRICS_ALLOWED: str = "127.0.0.0/8,::1"
    DUIJIE_METRICS_TOKEN: str = ""
    DUIJIE_OPERATOR: str = ""
    DUIJIE_PRIVACY_CONTACT: str = ""
    DUIJIE_ICP: str = ""
    DUIJIE_PUBLIC_SECURITY: str = ""
    DUIJIE_INFORMATION_SERVICE: str = ""
    DUIJIE_SECURITY_LOG_DAYS: int = Field(200, ge=183, le=3650)
    DUIJIE_READY_ALLOWED: str = "127.0.0.0/8,::1"
    DUIJIE_MIN_FREE_MB: int = Field(500, ge=0)
    DUIJIE_INDEX_PREFIX: str = Field("duijie", pattern=r"^[a-z][a-z0-9_-]*$")

    @field_validator(
        "ELASTICSEARCH_URL", "DUIJIE_ENCODER_URL", "SITE_URL", "OPENID_CONNECT_SERVER_URL"
    )
    @classmethod
    def _http_addresses(cls, value: str) -> str:
        for address in filter(None, value.split(",")):
            if not address.strip().startswith(("http://", "https://")):
                raise ValueError(f"{address!r} is no http(s) address")
        return value

    @field_validator("EMAIL_URL")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        scheme = value.partition(":")[0]
        if value and scheme not in dj_email_url.SCHEMES:
            raise ValueError(f"{scheme!r} is none of {', '.join(dj_email_url.SCHEMES)}")
        return value

    @field_validator("DUIJIE_METRICS_ALLOWED", "DUIJIE_READY_ALLOWED")
    @classmethod
    def _networks(cls, value: str) -> str:
        for network in filter(None, map(str.strip, value.split(","))):
            ipaddress.ip_network(network)
        return value

    @property
    def metrics_allowed(self) -> list[str]:
        """Networks that may read /metrics without the token."""
        return _parts(self.DUIJIE_METRICS_ALLOWED)

    @property
    def ready_allowed(self) -> list[str]:
        """Networks that may read the details of /readyz."""
        return _parts(self.DUIJIE_READY_ALLOWED)

    @property
    def filing_numbers(self) -> dict[str, str]:
        """The filing numbers the footer has to show, by kind, those that are given."""
        numbers = {
            "icp": self.DUIJIE_ICP,
            "public_security": self.DUIJIE_PUBLIC_SECURITY,
            "information_service": self.DUIJIE_INFORMATION_SERVICE,
        }
        return {kind: number.strip() for kind, number in numbers.items() if number.strip()}

    @property
    def elasticsearch_urls(self) -> list[str]:
        """The nodes' addresses; empty when only the embedded engine is used."""
        return [part.strip() for part in self.ELASTICSEARCH_URL.split(",") if part.strip()]

    def social_keys(self, provider: str) -> SocialKeys | None:
        """Keys of a sign-in provider, from `<PROVIDER>_CLIENT_ID` and `<PROVIDER>_SECRET`."""
        client_id = os.environ.get(f"{provider.upper()}_CLIENT_ID")
        secret = os.environ.get(f"{provider.upper()}_SECRET")
        if not client_id and not secret:
            return None
        if not client_id or not secret:
            raise ImproperlyConfigured(
                f"{provider.upper()}_CLIENT_ID and {provider.upper()}_SECRET go together"
            )
        if provider == "openid_connect" and not self.OPENID_CONNECT_SERVER_URL:
            raise ImproperlyConfigured(
                "OPENID_CONNECT_SERVER_URL is needed beside OPENID_CONNECT_CLIENT_ID"
            )
        return SocialKeys(client_id=client_id, secret=secret)

    def secret_key(self) -> str:
        """`SECRET_KEY`, else one made once and kept in the data folder."""
        if self.SECRET_KEY:
            return self.SECRET_KEY
        path = self.DUIJIE_DATA_DIR / "secret_key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            made = path.with_name(f"secret_key.{os.getpid()}")
            made.touch(mode=0o600)
            made.write_text(secrets.token_urlsafe(50), encoding="ascii")
            # A hard link appears whole or not at all, and never over another's.
            with contextlib.suppress(FileExistsError):
                os.link(made, path)
            made.unlink()
        return path.read_text(encoding="ascii")


def read_environment() -> Environment:
    """The checked environment.

    Raises ImproperlyConfigured that names every variable with a bad value."""
    values = {
        name: os.environ[name] for name in Environment.model_fields if os.environ.get(name, "")
    }
    try:
        return Environment.model_validate(values)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ImproperlyConfigured("bad environment: " + "; ".join(lines)) from None

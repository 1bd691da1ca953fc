"""Which browser this is: a signed cookie names the device, and nothing that a client sends beside it ever does."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

NAME = "nhip_cau"
LASTS = timedelta(days=180)
RENEWED_AFTER = timedelta(days=30)
HEADER = "X-Nhip-Cau"


@dataclass(frozen=True, slots=True)
class Device:
    """One browser's conversation. `hidden_until`: letters made before that second are not shown there any more.
    `framed`: the page stands inside another site's page, so its cookie needs other attributes."""

    id: str
    issued: int
    hidden_until: int = 0
    framed: bool = False

    def stale(self, now: datetime) -> bool:
        return now - datetime.fromtimestamp(self.issued, UTC) > RENEWED_AFTER

    def renewed(self, now: datetime) -> Device:
        return replace(self, issued=int(now.timestamp()))


def new_device(now: datetime, *, framed: bool) -> Device:
    return Device(secrets.token_urlsafe(18), int(now.timestamp()), framed=framed)


def sign(device: Device, secret: bytes) -> str:
    payload = f"{device.id}.{device.issued}.{device.hidden_until}.{int(device.framed)}"
    return f"{payload}.{mac(secret, 'cookie', payload)}"


def read(value: str | None, secret: bytes, now: datetime) -> Device | None:
    """The device of a cookie that we signed and that has not run out; None for anything else."""
    payload, _, given = (value or "").rpartition(".")
    if not hmac.compare_digest(mac(secret, "cookie", payload).encode(), given.encode()):
        return None
    name, issued, hidden_until, framed = payload.split(".")
    device = Device(name, int(issued), int(hidden_until), framed == "1")
    return device if now - datetime.fromtimestamp(device.issued, UTC) < LASTS else None


def header_token(device: Device, secret: bytes) -> str:
    """What every POST carries in X-Nhip-Cau; a foreign page cannot read it."""
    return mac(secret, "post", device.id)


def matches(device: Device, given: str | None, secret: bytes) -> bool:
    return hmac.compare_digest(header_token(device, secret).encode(), (given or "").encode())


def local_name(device: Device, secret: bytes) -> str:
    """Names the conversation to the page's own store, so that it never shows another conversation's lines."""
    return mac(secret, "local", device.id)[:12]


def mac(secret: bytes, purpose: str, words: str) -> str:
    digest = hmac.new(secret, f"{purpose}|{words}".encode(errors="surrogatepass"), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def attributes(device: Device, *, secure: bool) -> str:
    """The cookie's attributes. A framed page's cookie is sent in a third-party frame, yet only under that one site."""
    common = f"Path=/; HttpOnly; Max-Age={int(LASTS.total_seconds())}"
    if device.framed:
        return f"{common}; SameSite=None; Secure; Partitioned"
    return f"{common}; SameSite=Lax{'; Secure' if secure else ''}"


def set_cookie(device: Device, secret: bytes, *, secure: bool) -> str:
    """The whole Set-Cookie header; the standard library knows Partitioned only from Python 3.14 on."""
    return f"{NAME}={sign(device, secret)}; {attributes(device, secure=secure)}"


def drop_cookie(device: Device, *, secure: bool) -> str:
    return f"{NAME}=; {attributes(device, secure=secure)}".replace(f"Max-Age={int(LASTS.total_seconds())}", "Max-Age=0")

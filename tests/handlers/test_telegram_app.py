"""Telegram as the app wires it: from settings alone, with its state in /readyz, and not loaded without a token."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
import uvicorn
from pydantic import SecretStr, ValidationError

from bot.app import application, build
from bot.settings import Settings
from tests.simulators.telegram.server import TelegramServer


def settings(tmp_path: Path, **more: object) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, **more)  # type: ignore[arg-type]


async def test_from_settings_alone_with_its_state_in_readyz(tmp_path: Path):
    """The webhook's address is PUBLIC_URL's, its secret is made once; the bot answers, and says how Telegram stands."""
    async with TelegramServer() as server:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            given = settings(
                tmp_path, public_url=url, telegram_api=server.url + "/", telegram_token=SecretStr(server.token)
            )
            house = await build(given)
            app = uvicorn.Server(uvicorn.Config(application(house), ws="none", log_level="error"))
            serving = asyncio.create_task(app._serve(sockets=[listener]))
            lan = server.user(5001)
            lan.send("/start")
            await lan.expect(1, within=40)
            async with aiohttp.ClientSession() as session, session.get(f"{url}/readyz") as answer:
                assert (answer.status, (await answer.json())["telegram"]) == (200, "ok")
            app.should_exit = True
            await serving
            await house.storage.close()
        (call,) = server.called("setWebhook")
        assert call.data["url"] == f"{url}/webhook/telegram"
        assert call.data["secret_token"] == given.telegram_secret()
        key = tmp_path / "telegram-webhook.key"
        assert key.stat().st_mode & 0o777 == 0o600
        assert settings(tmp_path).telegram_secret() == call.data["secret_token"]
        assert settings(tmp_path, telegram_webhook_secret=SecretStr("x-1")).telegram_secret() == "x-1"


def test_aiogram_is_not_loaded_without_a_token():
    """Nor with one, until the first page could be served: only reading.py loads it."""
    names = "bot.app, bot.cli, bot.handlers.telegram"
    code = f"import sys, {names}; print([name for name in sys.modules if name.startswith('aiogram')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("telegram_token", "a secret that is none"),
        ("telegram_token", "7000000001 AAF-a-secret-with-a-blank"),
        ("telegram_webhook_secret", "a secret with blanks"),
        ("telegram_proxy", "socks5://user:secret@host"),
        ("telegram_api", "https://user:secret@host"),
        ("telegram_rate", "-1"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_start(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from bot.cli import main

    monkeypatch.setenv(f"NHIPCAU_{name.upper()}", value)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValidationError):
        Settings()
    assert main(["check"]) == 2
    said = capsys.readouterr().err
    assert f"NHIPCAU_{name.upper()}:" in said
    assert "secret" not in said.lower().replace(name.lower(), "").replace(name.upper().lower(), "")

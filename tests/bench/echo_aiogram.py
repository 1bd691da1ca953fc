"""The echo bot of aiogram's documentation, with uvloop; only its server is ours. It stores nothing."""

from __future__ import annotations

import sys

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from tests.simulators.telegram_load import TOKEN

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    await message.answer(message.text or "")


async def main(url: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    await dispatcher.start_polling(Bot(TOKEN, session=session))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))

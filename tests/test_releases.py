"""The release store over a long life: content that nobody needs any more is let go."""

import gc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.flows.programme import Programme
from tests.replay import BEGIN, opened


async def test_old_releases_do_not_pile_up_in_memory(tmp_path: Path):
    """An author saves again and again while people chat: what was remembered of the old content must not keep it."""
    talk = await opened(tmp_path)
    try:
        first, published = talk.releases._loaded[0], set()
        texts = next(path for path in first.files if path.endswith("texts/flow.vi.yaml"))
        for number in range(6):
            for line in ("khảo sát", "đồng ý", "gạo", "25", "phuong long xuyen", "gửi ma vach", "huỷ", "có"):
                talk.person = f"{number}"
                await talk.say(line)
            changed = replace(first, files={**first.files, texts: first.files[texts] + f"\n# {number}\n"})
            await talk.releases.publish(talk.storage, changed, BEGIN + timedelta(hours=number))
            published.add(talk.releases.current.release)
        gc.collect()
        held = {one.release for one in gc.get_objects() if isinstance(one, Programme)} & published
        assert len(published) == 6
        assert len(held) <= 2, "the current one, and the one that the last person's form began with"
    finally:
        await talk.storage.close()

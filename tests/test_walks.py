"""200 turns at random through all forms of a programme, with changes of mind, of channel and of content: nothing breaks,
nobody gets stuck, and what is stored is what was said."""

import random
from datetime import timedelta

import pytest

from bot.office import classes
from storage.classes import Class
from tests.replay import content, opened
from tests.test_release_change import changed
from tests.walks import Walker

TURNS = 200
SEEDS = [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("programme", ["an-giang", "ha-noi"])
async def test_whatever_somebody_does_what_is_stored_is_what_they_said(programme, seed, tmp_path):
    replay = await opened(tmp_path, programme)
    bundle = content(programme)
    bundles = (bundle, changed(bundle)) if programme == "an-giang" else (bundle,)
    walker = Walker(replay, random.Random(f"{programme} {seed}"), bundles)
    await a_class_for_everybody(replay, walker.programme)
    try:
        await walker.do("started", payload="")
        for _ in range(TURNS):
            await walker.step()
        for form in sorted(name for name, form in walker.programme.forms.items() if not form.hidden):
            before = len(walker.sent)
            await walker.to_the_end(form)
            assert len(walker.sent) > before, f"{form} was not sent"
    except BaseException:
        print("\n".join(walker.steps[-40:]))
        raise
    finally:
        await replay.storage.close()


async def a_class_for_everybody(replay, programme):
    now = replay.now[0]
    begins = now + timedelta(days=365)
    lesson = Class("class", "Lớp ví dụ", begins, begins + timedelta(hours=3), begins - timedelta(days=1), 1000, now)
    async with replay.storage.write() as store:
        await classes.open_class(store, programme, lesson)

"""`python -m bot` is the `nhipcau` command."""

import gc
import sys

YOUNG = 50_000  # new objects before the collector looks at them


def main() -> int:
    """The command. Modules and content stay as long as the process: with Python's own 700, the collector would walk
    among them hundreds of times while they load, a fifth of what a start takes."""
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    from bot.cli import main as command

    return command()


if __name__ == "__main__":
    sys.exit(main())

"""The words of made-up data: names, sentences, questions that nobody can take for real ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.content.source import read_yaml

FILE = "common/demo.yaml"


def read_demo(content_dir: Path) -> Mapping[str, Any]:
    """What stands in content/common/demo.yaml; ContentProblems if it cannot be read."""
    data = read_yaml(FILE, (content_dir / FILE).read_text("utf-8")).data
    return data if isinstance(data, dict) else {}

"""What the repository itself promises: it names no machine and no package index, and every room explains itself."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ["bot", "bot/flows", "bot/handlers", "bot/console", "bot/office", "content", "storage", "tests"]

# Someone's home or work folder (a path, not a part of an address or of a longer path) …
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:home|root|Users|work|workspaces?|mnt)/[\w.-]+|\b[A-Z]:\\Users\\")
# … and where this machine happens to fetch packages from.
PACKAGE_INDEX = re.compile(
    r"pypi[.]org|pythonhosted[.]org|npmjs[.]org|https?://\S+/simple\b|--(?:extra-)?index[-]url[ =]\S|--find-links[ =]\S"
)


def tracked_texts() -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    contents = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths if path.is_file()}
    return {name: content.decode("utf-8", "replace") for name, content in contents.items() if b"\0" not in content}


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in tracked_texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_folder_of_someones_machine():
    assert lines_with(MACHINE_PATH) == []


def test_no_file_names_a_package_index():
    assert lines_with(PACKAGE_INDEX) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_versions_and_hashes_only(name: str):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    entry = re.compile(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|\s*#.*")
    assert [line for line in lines if not entry.fullmatch(line)] == []
    assert len(lines) > 0


def test_the_two_lock_files_agree():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9-]+.*==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_explains_itself(room: str):
    if not (ROOT / room).is_dir():
        pytest.skip(f"{room} is not built yet")
    assert (ROOT / room / "README.md").is_file()


@pytest.mark.parametrize("folder", ["home/lan", "root", "Users/lan", "work", "workspace"])
def test_a_folder_of_a_machine_is_recognised(folder: str):
    assert MACHINE_PATH.search(f'path = "/{folder}/project"')


@pytest.mark.parametrize("line", ["https://example.vn/home/news", "tests/work/a.txt", "~/work/x", "/var/lib/nhipcau"])
def test_an_address_or_a_relative_path_is_no_folder_of_a_machine(line: str):
    assert not MACHINE_PATH.search(line)

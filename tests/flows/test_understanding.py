"""Lines as people type them, read with the words and phrases of the repository's own content."""

from __future__ import annotations

import time
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from bot.content import load, read_bundle
from bot.flows.understanding import CERTAIN, LIKELY, Chosen, Lexicon, fold

HERE = Path(__file__).parent
CONTENT = HERE.parents[1] / "content"
RISKY = ("optout", "delete_data")


@cache
def lexicon() -> Lexicon:
    return load(read_bundle(CONTENT, "an-giang")).lexicon


def rows(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [(text, wanted) for text, _, wanted in (line.partition("\t") for line in lines)]


def lines(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").splitlines()


def route(text: str) -> str:
    """What a line is understood as where nothing is being asked."""
    if alone := lexicon().command(text) or lexicon().doubtful(text):
        return alone
    guesses = lexicon().guesses(text)
    return guesses[0].route if guesses and guesses[0].score >= LIKELY else "unknown"


def wrong(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{text}: {route(text)}, not {wanted}" for text, wanted in pairs if route(text) != wanted]


# -- routes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["utterances.vi.tsv", "utterances_held_out.vi.tsv", "utterances_second.vi.tsv"])
def test_at_least_95_percent_of_lines_are_understood(name: str) -> None:
    pairs = rows(name)
    missed = wrong(pairs)
    assert len(missed) <= 0.05 * len(pairs), missed


def test_lines_without_their_accents_are_understood_too() -> None:
    pairs = [(fold(text), wanted) for text, wanted in rows("utterances.vi.tsv") if fold(text)]
    missed = wrong(pairs)
    assert len(missed) <= 0.05 * len(pairs), missed


@pytest.mark.parametrize("form", ["NFD", "NFKD"])
def test_accents_may_come_apart_and_in_capitals(form: Literal["NFD", "NFKD"]) -> None:
    for text, _ in rows("utterances.vi.tsv"):
        assert route(unicodedata.normalize(form, text.upper())) == route(text.upper()), text


def test_no_other_line_stops_or_deletes() -> None:
    others = [
        text for text, wanted in rows("utterances.vi.tsv") + rows("utterances_held_out.vi.tsv") if wanted not in RISKY
    ]
    everything = others + lines("never_risky.vi.txt") + lines("answers_as_typed.vi.txt")
    assert [text for text in everything if lexicon().command(text) in RISKY] == []
    sure = [text for text in everything if not lexicon().doubtful(text)]
    assert len(sure) > len(everything) - 10
    assert [text for text in sure if route(text) in RISKY] == []


def test_a_score_beyond_certain_is_not_wrong() -> None:
    pairs = [(text, wanted, lexicon().guesses(text)[:1]) for text, wanted in rows("utterances.vi.tsv")]
    missed = [
        text for text, wanted, best in pairs for guess in best if guess.score >= CERTAIN and guess.route != wanted
    ]
    assert [text for text in missed if not lexicon().command(text)] == []


def test_names_products_and_addresses_are_no_commands() -> None:
    assert [text for text in lines("answers_as_typed.vi.txt") if lexicon().command(text)] == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cho em hỏi phí mã vạch, à mà xóa hết dữ liệu của tôi đi", "delete_data"),
        ("đừng nhắn tin cho tôi nữa, phiền quá, tôi cần gặp cán bộ", "optout"),
        ("iso 9001 là gì, cho tôi gặp cán bộ với", "human"),
    ],
)
def test_the_graver_of_two_requests_is_heeded(text: str, first: str) -> None:
    assert lexicon().guesses(text)[0].route == first


# -- commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("menu đi", "menu"),
        ("/menu", "menu"),
        ("cho tôi gặp cán bộ với", "human"),
        ("bot ơi cho tui gặp người thật đi", "human"),
        ("dừng nha", "optout"),
        ("Stop!!!", "optout"),
        ("huy dang ky nhan tin", "optout"),
        ("đừng gửi tin nữa", "optout"),
        ("xoá dữ liệu của tôi giúp", "delete_data"),
        ("cho quay lại câu trước nha em", "back"),
        ("sửa câu 3", "change"),
        ("tieeps tucj", "resume"),
        ("bo3 qua", "skip"),
        ("ta\u0323m du\u031b\u0300ng", "pause"),
        ("𝐦𝐞𝐧𝐮", "menu"),
        ("me\u200bnu", "menu"),
    ],
)
def test_a_command_stands_alone_but_for_politeness(text: str, wanted: str) -> None:
    assert lexicon().command(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "tôi muốn dừng máy để sửa",
        "xoá lỗi in trên nhãn",
        "không đồng ý",
        "gửi hàng đi Cần Thơ",
        "sửa máy",
        "hủy hợp đồng",
        "tiếp tục sản xuất",
        "menu quán ăn",
        "dừng?",
        "dừng hả",
        "đúng",
        "dung roi",
        "chị Dung",
        "",
    ],
)
def test_a_word_in_a_longer_line_is_no_command(text: str) -> None:
    assert lexicon().command(text) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("dung", "optout"), ("Thoi", "cancel"), ("xoa", "delete_data"), ("DUNG nha", "optout"), ("xóa", "delete_data")]
    + [(text, None) for text in ("dừng", "đúng", "dùng", "chị Dung", "dung iso", "thời gian", "xoài")],
)
def test_what_could_mean_something_else_is_doubtful(text: str, wanted: str | None) -> None:
    assert lexicon().doubtful(text) == wanted
    assert lexicon().unclear(text) == (wanted is not None)
    assert wanted is None or lexicon().command(text) is None


# -- yes and no ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "wanted"), rows("replies.vi.tsv"))
def test_yes_and_no(text: str, wanted: str) -> None:
    said = lexicon().yes_no(text)
    if wanted == "not yes":
        assert said is not True
    else:
        assert said is (wanted == "yes")


def test_no_other_line_says_yes() -> None:
    every = rows("utterances.vi.tsv") + rows("utterances_held_out.vi.tsv")
    yeses = [text for text, _ in every if lexicon().yes_no(text)]
    yeses += [text for text in lines("never_risky.vi.txt") + lines("answers_as_typed.vi.txt") if lexicon().yes_no(text)]
    assert set(yeses) <= {"👍", "đúng rồi", "đúng", "dung roi", "dung vay", "dung roi do", "thôi được"}


@pytest.mark.parametrize(
    "text", ["dung", "co le", "có hay không cũng được", "tôi không phản đối", "được không?", "có không"]
)
def test_neither_yes_nor_no(text: str) -> None:
    assert lexicon().yes_no(text) is None


# -- questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "mã vạch là gì",
        "lam the nao",
        "phí bao nhiêu",
        "có được hỗ trợ không",
        "ở đâu vậy",
        "hồ sơ duyệt chưa",
        "iso 9001?",
        "what is iso",
    ],
)
def test_questions(text: str) -> None:
    assert lexicon().question(text)


@pytest.mark.parametrize(
    "text",
    ["Nguyễn Văn A", "khô cá lóc", "không có gì", "chưa biết làm", "ấp Bình Hòa", "20 người", "ocop 4 sao", "có", "?"],
)
def test_no_questions(text: str) -> None:
    assert not lexicon().question(text)


# -- choices ---------------------------------------------------------------------------------------------------------

GROUPS = [("Doanh nghiệp",), ("Hợp tác xã", "htx"), ("Tổ hợp tác", "tht"), ("Hộ kinh doanh", "hkd"), ("Khác",)]
NEEDS = [
    ("Hệ thống quản lý (ISO, HACCP…)", "iso"),
    ("Mã số, mã vạch", "mã vạch"),
    ("Truy xuất nguồn gốc",),
    ("Đào tạo",),
    ("5S",),
]
STARS = [("Chưa có",), ("3 sao",), ("4 sao",), ("5 sao",)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2", (1,)),
        ("số 2", (1,)),
        ("câu 2", (1,)),
        ("2 nha", (1,)),
        ("2)", (1,)),
        ("so2", (1,)),
        ("２", (1,)),
        ("hop tac xa", (1,)),
        ("dạ bên em là hộ kinh doanh ạ", (3,)),
        ("hộ kinh doah", (3,)),
        ("hokinhdoanh", (3,)),
        ("hooj kinh doanh", (3,)),
        ("doanh nghiep", (0,)),
        ("9", ()),
        ("không phải hộ kinh doanh", ()),
        ("quán cà phê", ()),
    ],
)
def test_one_choice(text: str, wanted: tuple[int, ...]) -> None:
    assert lexicon().choose(text, GROUPS) == Chosen(wanted)


def test_between_two_it_does_not_guess() -> None:
    assert lexicon().choose("hợp tác", GROUPS) == Chosen(candidates=(1, 2))
    assert lexicon().choose("3", STARS) == Chosen(candidates=(1, 2))
    assert lexicon().choose("4 sao", STARS) == Chosen((2,))
    assert lexicon().choose("mã vạch, đào tạo", NEEDS).indices == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,3 và 5", (0, 2, 4)),
        ("1 3 5", (0, 2, 4)),
        ("135", ()),
        ("1. 3.", (0, 2)),
        ("mã vạch và truy xuất", (1, 2)),
        ("Mã số, mã vạch", (1,)),
        ("Mã số, mã vạch; Đào tạo", (1, 3)),
        ("iso mã vạch đào tạo", (0, 1, 3)),
        ("1, mã vạch", (0, 1)),
        ("mã vạhc, dao tao", (1, 3)),
        ("tất cả", (0, 1, 2, 3, 4)),
        ("iso và bóng đá", ()),
        ("1 3 9", ()),
    ],
)
def test_several_choices(text: str, wanted: tuple[int, ...]) -> None:
    assert lexicon().choose(text, NEEDS, several=True) == Chosen(wanted)


def test_a_range_or_two_numbers_is_asked() -> None:
    assert lexicon().choose("1-3", NEEDS, several=True) == Chosen(candidates=(0, 1, 2))


# -- folding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hoà  HÒA", "hoa hoa"),
        ("Đồng Ý!! 👍", "dong y"),
        ("ð Ð đ Đ", "d d d d"),
        ("ＩＳＯ　９００１：２０１５", "iso 9001 2015"),
        ("mã\u200b vạch\u202e", "ma vach"),
        ("“Không”…", "khong"),
        (unicodedata.normalize("NFD", "Nguyễn được"), "nguyen duoc"),
        ("\x00\ud7ff\t\n", ""),
    ],
)
def test_fold(text: str, wanted: str) -> None:
    assert fold(text).replace("\ud7ff", "").strip() == wanted


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "mã vạch là gì " * 7_000,
        "a" + "\u0301" * 100_000,
        bytes(range(256)).decode("latin-1") * 400,
        "?" * 100_000,
        "dừng " * 20_000,
        "1 " * 50_000,
        "\u202e\u200b" * 50_000,
        "(" * 50_000 + ")" * 50_000,
    ],
)
def test_huge_lines_and_rubbish_are_cheap_and_harmless(text: str) -> None:
    words = lexicon()
    start = time.process_time()
    assert words.command(text) is None
    assert words.yes_no(text) is None
    assert words.doubtful(text) is None
    assert words.choose(text, GROUPS) == Chosen()
    words.question(text)
    words.guesses(text)
    fold(text)
    assert time.process_time() - start < 1.0


def test_understanding_is_quick() -> None:
    texts = [text for text, _ in rows("utterances.vi.tsv")]
    slack = 4  # machines are shared; the figures themselves are 150 and 15 µs
    for call, most in ((lexicon().guesses, 150e-6), (lexicon().command, 15e-6), (lexicon().yes_no, 15e-6)):
        start = time.process_time()
        for text in texts:
            call(text)
        assert (time.process_time() - start) / len(texts) < most * slack, call

"""The drawing of a form: every question a box, every condition a diamond with two ways out, labels that break nothing."""

from bot.flows.conditions import parse
from bot.flows.drawing import draw
from bot.flows.programme import Computed, Form, Question, Score, Section

KINDS = {"sure": "bool"}
SURE = parse("sure", KINDS)


def test_a_form_is_drawn_whole():
    form = Form(
        "f",
        {"vi": 'Phiếu "mẫu" <1>'},
        (
            Question("sure", "yes_no", section="one"),
            Question("why", "text", when=SURE, optional=True),
            Question("when", "date", when=SURE),
            Question("bye", "statement"),
        ),
        sections=(Section("one", {"vi": "Một"}),),
        computed=(Computed("size", ((SURE, "large"),), "small"),),
        short={"sure": {"vi": "Chắc #1"}},
    )
    assert draw(form) == (
        "flowchart TD\n"
        '  start(["Phiếu #quot;mẫu#quot; #lt;1#gt;"])\n'
        '  subgraph s_one["Một"]\n'
        '  q_sure["sure: Chắc #35;1<br/>yes_no"]\n'
        "  end\n"
        '  q_why["why<br/>text?"]\n'
        '  q_when["when<br/>date"]\n'
        '  q_bye[/"bye<br/>statement"/]\n'
        '  finish(["✓"])\n'
        "  start --> q_sure\n"
        '  w_why{"sure"}\n'
        "  q_sure --> w_why\n"
        "  w_why -->|✓| q_why\n"
        "  q_why --> q_when\n"
        "  q_when --> q_bye\n"
        "  w_why -->|✗| q_bye\n"
        "  q_bye --> finish\n"
        '  c_size>"size<br/>large: sure<br/>small"]\n'
    )


def test_points_stand_beside_with_their_ratings():
    rated = (Question("a", "rating", minimum=0, maximum=5), Question("b", "rating", minimum=0, maximum=5))
    form = Form("f", {}, rated, scores=(Score("quality", {"vi": "Chất lượng"}, 1000, ("a", "b")),))
    assert draw(form).endswith('  p_quality>"quality: 1000<br/>a<br/>b"]\n')


def test_a_condition_at_the_end_is_passed_by():
    form = Form("f", {}, (Question("sure", "yes_no"), Question("why", "text", when=SURE)))
    assert draw(form).endswith("  q_why --> finish\n  w_why -->|✗| finish\n")

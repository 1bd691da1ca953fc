"""The award's forms and Hà Nội's own articles are found by what people say, with and without accents, in both languages."""

from functools import cache
from pathlib import Path

import pytest

from bot.content import load, read_bundle
from bot.flows.understanding import LIKELY

CONTENT = Path(__file__).parents[2] / "content"
EVERYWHERE = [
    ("tôi muốn tự chấm điểm xem sao", "form.award_self_assessment"),
    ("cong ty toi tu cham duoc bao nhieu diem", "form.award_self_assessment"),
    ("tự đánh giá doanh nghiệp", "form.award_self_assessment"),
    ("we would like to assess ourselves", "form.award_self_assessment"),
    ("dang ky du giai thuong chat luong", "form.award_registration"),
    ("cho hợp tác xã tôi đăng ký dự giải", "form.award_registration"),
    ("please register our company for the award", "form.award_registration"),
    ("giải thưởng chất lượng quốc gia", "topic.award"),
    ("giai bac can bao nhieu diem", "topic.award"),
]
HA_NOI = [
    ("doanh nghiep diem la the nao", "topic.model_enterprise"),
    ("công ty tôi muốn làm mô hình điểm", "topic.model_enterprise"),
    ("we want to become a model enterprise", "topic.model_enterprise"),
    ("nang cao nang luc phong thu nghiem", "topic.conformity_assessment"),
    ("thử nghiệm thành thạo", "topic.conformity_assessment"),
    ("support for a testing laboratory", "topic.conformity_assessment"),
    ("chuoi cung ung thuc pham an toan", "topic.food_safety_chain"),
    ("bep an tap the mua thuc pham sach o dau", "topic.food_safety_chain"),
    ("keep food safe in the supply chain", "topic.food_safety_chain"),
    ("nha may thong minh", "topic.smart_production"),
    ("xưởng tôi muốn chuyển đổi số", "topic.smart_production"),
    ("smart manufacturing for a small workshop", "topic.smart_production"),
]


@cache
def programme(place):
    return load(read_bundle(CONTENT, place))


@pytest.mark.parametrize(
    ("place", "line", "route"),
    [(place, *one) for place in ("an-giang", "ha-noi") for one in EVERYWHERE] + [("ha-noi", *one) for one in HA_NOI],
)
def test_is_found(place, line, route):
    best = programme(place).lexicon.guesses(line)[0]
    assert (best.route, best.score >= LIKELY) == (route, True)


@pytest.mark.parametrize(
    "topic", ["model_enterprise", "conformity_assessment", "food_safety_chain", "smart_production"]
)
def test_what_only_the_city_has_is_offered_there_alone(topic):
    assert topic in programme("ha-noi").topics
    assert f"topic.{topic}" in programme("ha-noi").routes
    assert topic not in programme("an-giang").topics

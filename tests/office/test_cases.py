"""What officials, applicants and the calendar do to a case: who may, what is written into its history, who hears of it
and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.flows.calls import closing, open_call
from bot.flows.programme import Entry
from bot.flows.stages import Stage, following, of_state, stages
from bot.flows.values import Json
from bot.office import calls, cases, supplements
from bot.office.cases import Refused
from storage.cases import Case
from storage.files import File
from storage.jobs import Job
from storage.officials import Official
from storage.organisations import Member, Organisation, Standing
from storage.submissions import Submission
from tests.simulators.desk import Desk


@pytest.fixture
async def case(desk: Desk) -> Case:
    """One just received, of an organisation with two members, and a third who only asked."""
    first, second, asked = [await desk.person(name) for name in ("first", "second", "asked")]
    async with desk.storage.write() as store:
        own = await store.organisations.add(Organisation("HTX Ví Dụ", desk.at, folded="htx vi du"))
        standing: list[tuple[int, Standing]] = [(first, "member"), (second, "member"), (asked, "asked")]
        for person, state in standing:
            await store.organisations.put(Member(own, person, state, desk.at))
        one = Case("", own, "", "", "", desk.at, desk.at, person_id=first)
        return (await cases.apply(store, desk.current, one, ["barcode"], desk.at)).opened[0]


async def told(desk: Desk) -> list[tuple[int, str, datetime]]:
    """(person, what, when), of all that waits to be heard; it is heard then."""
    async with desk.storage.write() as store:
        rows = await store.events.due(desk.at + timedelta(days=400), 100)
        await store.events.done([row.id for row in rows])
    return sorted((row.person_id, str(row.data["what"]), row.not_before) for row in rows)


async def asked(desk: Desk, case: Case, *titles: str) -> Case:
    official = await desk.official("official")
    async with desk.storage.write() as store:
        done = await supplements.ask_supplement(store, desk.current, case, titles, official, desk.at)
    assert isinstance(done, Case)
    return done


async def hand(desk: Desk, case: Case, paper: int, name: str, contents: str = "") -> supplements.Handed:
    async with desk.storage.write() as store:
        person = case.person_id or 0
        await store.files.receive(File(name, person, name, desk.at, sha256=contents or name, state="ready"))
        now = await store.cases.get(case.id)
        assert now
        return await supplements.hand(store, desk.current, now, paper, name, person, desk.at)


async def due_jobs(desk: Desk) -> list[Job]:
    async with desk.storage.write() as store:
        return [job for job in await store.jobs.claim(desk.at, 50) if job.name.endswith("_case")]


async def run_jobs(desk: Desk) -> list[str]:
    """Does what is due; the names."""
    jobs = await due_jobs(desk)
    for job in jobs:
        async with desk.storage.write() as store:
            await {"remind_case": supplements.remind, "lapse_case": supplements.lapse}[job.name](
                store, desk.current, job, desk.at
            )
            await store.jobs.done(job.id, desk.at)
    return [job.name for job in jobs]


async def test_every_member_hears_of_a_move_and_nobody_else(desk: Desk, case: Case):
    official = await desk.official("admin")
    async with desk.storage.write() as store:
        moved = await cases.decide(store, desk.current, case, "completeness", official, desk.at, "Xin chờ.")
        history = await store.cases.history(case.id)
        (deed,) = await store.officials.recent(1)
    assert isinstance(moved, Case)
    assert moved.due_at == datetime(2026, 3, 12, 16, 59, 59, tzinfo=UTC), "ten days, to the end of the day there"
    assert [(one.name, one.official_id) for one in history] == [("opened", None), ("moved", official.id)]
    assert history[-1].data == {"note": "Xin chờ.", "before": "received"}
    assert [(person, what) for person, what, _ in await told(desk)] == [(1, "moved"), (2, "moved")]
    assert (deed.action, deed.subject) == ("moved case", "AG-2026-00001")


@pytest.mark.parametrize("role", ["staff", None])
async def test_who_may_not_decide_changes_nothing(desk: Desk, case: Case, role):
    official: Official | None = await desk.official(role) if role else None
    async with desk.storage.write() as store:
        await store.cases.ask(case.id, ["x"], desk.at)
        (asked_for,) = await store.cases.papers([case.id])
        done = [
            await cases.decide(store, desk.current, case, "approval", official, desk.at),
            await supplements.ask_supplement(store, desk.current, case, ["Giấy"], official, desk.at),
            await cases.note(store, case, "Ghi chú", official, desk.at),
            await supplements.judge(store, desk.current, case, asked_for, supplements.Verdict(True), official, desk.at),
        ]
        assert await store.cases.get(case.id) == case
        assert [one.name for one in await store.cases.history(case.id)] == ["opened"]
    assert done == [Refused("role")] * 4
    assert await told(desk) == []


async def test_a_paper_named_twice_is_one_paper(desk: Desk, case: Case):
    case = await asked(desk, case, "Giấy A", "giấy a", "Ảnh nhãn")
    await asked(desk, case, "GIAY A", "Bản vẽ")
    async with desk.storage.read() as store:
        papers = await store.cases.papers([case.id])
    assert [paper.title for paper in papers] == ["Giấy A", "Ảnh nhãn", "Bản vẽ"]


async def test_two_officials_at_once_decide_once(desk: Desk, case: Case):
    official = await desk.official("official")
    async with desk.storage.write() as store:
        assert isinstance(await cases.decide(store, desk.current, case, "rejected", official, desk.at), Case)
        again = await cases.decide(store, desk.current, case, "approval", official, desk.at)
        assert again == Refused("closed")
        assert await cases.decide(store, desk.current, case, "nowhere", official, desk.at) == Refused("stage")


async def test_working_days_are_counted_where_a_stage_says_so(desk: Desk, case: Case):
    official = await desk.official("official")
    friday = datetime(2026, 3, 6, 2, tzinfo=UTC)
    async with desk.storage.write() as store:
        moved = await cases.decide(store, desk.current, case, "review_result", official, friday)
    assert isinstance(moved, Case)
    assert moved.due_at
    assert moved.due_at.astimezone(desk.current.zone).date() == date(2026, 3, 11), "three working days from a Friday"


async def test_a_dated_call_s_check_begins_when_it_closes(desk: Desk):
    call = Entry("first", {"vi": "Đợt một"}, data={"opens": "2026-03-01", "closes": "2026-03-20", "supports": ["tool"]})
    programme = replace(desk.current, entries={**desk.current.entries, "calls": (call,)})
    stage = stages(programme)["completeness"]
    until = cases.due(programme, stage, desk.at, closing(call))
    assert until
    assert until.astimezone(programme.zone).date() == date(2026, 3, 30)


async def test_papers_are_reminded_of_until_they_are_there(desk: Desk, case: Case):
    waiting = await asked(desk, case, "Giấy đăng ký", "Ảnh nhãn")
    assert waiting.due_at
    assert (waiting.due_at - desk.at).days == 15, "fifteen days, the last one to its end"
    await told(desk)
    desk.pass_(days=10)
    assert await run_jobs(desk) == ["remind_case"]
    assert [what for _, what, _ in await told(desk)] == ["reminded", "reminded"]
    async with desk.storage.read() as store:
        first, second = await store.cases.papers([case.id])
    assert [paper.title for paper in (await hand(desk, case, first.id, "a.pdf")).left] == ["Ảnh nhãn"]
    done = await hand(desk, case, second.id, "b.pdf")
    assert (done.left, done.case and done.case.stage) == ((), "received")
    await told(desk)
    desk.pass_(days=10)
    assert sorted(await run_jobs(desk)) == ["lapse_case", "remind_case", "remind_case"]
    assert await told(desk) == [], "looked at again when due: nothing is missing any more"


async def test_a_case_found_incomplete_once_more_has_its_own_deadline(desk: Desk, case: Case):
    await asked(desk, case, "Giấy đăng ký")
    async with desk.storage.read() as store:
        (paper,) = await store.cases.papers([case.id])
    desk.pass_(days=2)
    done = await hand(desk, case, paper.id, "a.pdf")
    assert done.case
    official = await desk.official("admin")
    async with desk.storage.write() as store:
        again = replace(paper, state="handed")
        back = await supplements.judge(
            store, desk.current, done.case, again, supplements.Verdict(False), official, desk.at
        )
    assert isinstance(back, Case)
    desk.pass_(days=13, hours=15)  # the first deadline has passed, the second has two days left
    await told(desk)
    await run_jobs(desk)
    async with desk.storage.read() as store:
        assert await store.cases.get(case.id) == back
    assert back.state == "supplement"


async def test_what_lapses_at_night_is_told_in_the_morning(desk: Desk, case: Case):
    await asked(desk, case, "Giấy đăng ký")
    await told(desk)
    desk.at = datetime(2026, 3, 17, 17, 0, 5, tzinfo=UTC)  # five seconds into the 18th
    assert "lapse_case" in await run_jobs(desk)
    async with desk.storage.read() as store:
        lapsed = await store.cases.get(case.id)
        assert await store.cases.papers([case.id]) == [], "nobody waits for them any more"
    assert lapsed
    assert (lapsed.state, lapsed.closed_at) == ("lapsed", desk.at)
    morning = datetime(2026, 3, 18, 1, tzinfo=UTC)
    assert await told(desk) == [(1, "closed", morning), (2, "closed", morning)]


async def test_a_paper_after_the_deadline_is_not_taken(desk: Desk, case: Case):
    await asked(desk, case, "Giấy đăng ký")
    async with desk.storage.read() as store:
        (paper,) = await store.cases.papers([case.id])
    desk.pass_(days=16)  # and the clock has not looked yet
    assert (await hand(desk, case, paper.id, "a.pdf")).late


async def test_the_same_contents_twice_are_said_and_not_taken(desk: Desk, case: Case):
    await asked(desk, case, "Giấy đăng ký", "Ảnh nhãn")
    async with desk.storage.read() as store:
        first, second = await store.cases.papers([case.id])
    await hand(desk, case, first.id, "a.pdf", "same")
    done = await hand(desk, case, second.id, "b.pdf", "same")
    assert (done.twice, [paper.title for paper in done.left]) == ("Giấy đăng ký", ["Ảnh nhãn"])


async def put_off(desk: Desk, *supports: str) -> list[Case]:
    """An application with two papers to come later, and its cases."""
    person = await desk.person("applicant")
    async with desk.storage.write() as store:
        own = await store.organisations.add(Organisation("HTX Mẫu", desk.at, folded="htx mau"))
        await store.organisations.put(Member(own, person, "member", desk.at))
        answers: dict[str, Json] = {"supports": [*supports]}
        sent = Submission(person, 1, "support_application", desk.current.release, answers, "web", desk.at, desk.at)
        submission = await store.submissions.send(sent, desk.at)
        one = Case("", own, "", "", "", desk.at, desk.at, submission_id=submission, person_id=person)
        opened = (await cases.apply(store, desk.current, one, supports, desk.at)).opened
        for case in opened:
            await store.cases.ask(case.id, ["Giấy đăng ký", "Ảnh nhãn"], desk.at, "later")
    return list(opened)


async def test_what_was_put_off_is_handed_in_without_being_asked_for(desk: Desk):
    (case,) = await put_off(desk, "tool")
    async with desk.storage.read() as store:
        first, second = await store.cases.papers([case.id])
    assert (first.state, second.state) == ("later", "later")
    done = await hand(desk, case, first.id, "a.pdf")
    assert (done.title, [paper.title for paper in done.left], done.on) == ("Giấy đăng ký", ["Ảnh nhãn"], False)
    assert (await hand(desk, case, second.id, "b.pdf", "a.pdf")).twice == "Giấy đăng ký"
    done = await hand(desk, case, second.id, "c.pdf")
    assert (done.left, done.on, done.case and done.case.stage) == ((), False, case.stage), (
        "the case stands where it stood"
    )
    desk.pass_(days=30)
    assert await run_jobs(desk) == [], "nobody is reminded of what nobody asked for"


async def test_what_was_put_off_does_not_hold_up_what_was_asked_for(desk: Desk):
    (case,) = await put_off(desk, "tool")
    waiting = await asked(desk, case, "Dự toán")
    async with desk.storage.read() as store:
        papers = {paper.title: paper for paper in await store.cases.papers([case.id])}
    done = await hand(desk, waiting, papers["Dự toán"].id, "a.pdf")
    assert (done.on, done.case and done.case.state) == (True, "received")
    assert [paper.title for paper in done.left] == ["Giấy đăng ký", "Ảnh nhãn"]
    assert (await hand(desk, case, papers["Ảnh nhãn"].id, "b.pdf")).title == "Ảnh nhãn", "still welcome"


async def test_what_was_put_off_is_handed_in_for_all_cases_of_the_application(desk: Desk):
    first, second = await put_off(desk, "tool", "barcode")
    async with desk.storage.read() as store:
        paper = (await store.cases.papers([first.id]))[0]
    await hand(desk, first, paper.id, "a.pdf")
    async with desk.storage.read() as store:
        there = [(one.title, one.state, one.file_id) for one in await store.cases.papers([second.id])]
        history = [one.name for one in await store.cases.history(second.id)]
    assert there == [("Giấy đăng ký", "handed", "a.pdf"), ("Ảnh nhãn", "later", None)]
    assert history[-1] == "handed"


async def test_after_the_decision_nothing_is_handed_in(desk: Desk):
    (case,) = await put_off(desk, "tool")
    official = await desk.official("official")
    async with desk.storage.write() as store:
        paper = (await store.cases.papers([case.id]))[0]
        rejected = of_state(desk.current, "rejected").id
        assert isinstance(await cases.decide(store, desk.current, case, rejected, official, desk.at), Case)
    assert (await hand(desk, case, paper.id, "a.pdf")).late


async def test_somebody_else_s_file_is_not_taken(desk: Desk, case: Case):
    await asked(desk, case, "Giấy đăng ký")
    async with desk.storage.write() as store:
        (paper,) = await store.cases.papers([case.id])
        await store.files.receive(File("theirs", 2, "a.pdf", desk.at, sha256="x", state="ready"))
        now = await store.cases.get(case.id)
        assert now
        assert (await supplements.hand(store, desk.current, now, paper.id, "theirs", 1, desk.at)).late


async def test_who_withdraws_is_answered_and_the_others_are_told(desk: Desk, case: Case):
    async with desk.storage.write() as store:
        done = await cases.withdraw(store, desk.current, case, 1, desk.at)
    assert isinstance(done, Case)
    assert (done.state, done.closed_at) == ("withdrawn", desk.at)
    assert [(person, what) for person, what, _ in await told(desk)] == [(2, "withdrawn")]


# -- calls


def call(id: str, opens: str = "", closes: str = "", *supports: str) -> Entry:
    return Entry(id, {"vi": id}, data={"opens": opens, "closes": closes, "supports": list(supports)})


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("2026-03-01T16:59+00:00", "standing"),  # one minute to midnight in Việt Nam
        ("2026-03-01T17:00+00:00", "dated"),
        ("2026-03-10T16:59+00:00", "dated"),
        ("2026-03-10T17:00+00:00", "standing"),
    ],
)
def test_a_call_lasts_from_its_first_day_to_its_last_there(desk_programme, at, found):
    rows = (call("standing"), call("dated", "2026-03-02", "2026-03-10", "tool"))
    programme = replace(desk_programme, entries={**desk_programme.entries, "calls": rows})
    now = datetime.fromisoformat(at)
    one = open_call(programme, "tool", now)
    assert one
    assert one.id == found
    other = open_call(programme, "barcode", now)
    assert other
    assert other.id == "standing", "the dated one is for the tool alone"


@pytest.fixture
async def desk_programme(desk: Desk):
    return desk.current


async def test_who_waits_for_a_call_hears_of_it_once(desk: Desk):
    person = await desk.person("waiting")
    rows = (call("first", "2026-03-05", "2026-03-10", "tool"), call("second", "2026-03-04", "2026-03-31", "barcode"))
    programme = replace(desk.current, entries={**desk.current.entries, "calls": rows})
    async with desk.storage.write() as store:
        await store.watches.add(person, ["tool", "barcode", "traceability"], desk.at)
    for days, expected in ((0, []), (3, [("2026-03-10", ["barcode", "tool"])]), (1, [])):
        desk.pass_(days=days)
        async with desk.storage.write() as store:
            await calls.tell_watchers(store, programme, desk.at)
            rows_due = await store.events.due(desk.at)
            await store.events.done([row.id for row in rows_due])
        heard: list[dict[str, Any]] = [dict(row.data) for row in rows_due]
        assert [(data["closes"], sorted(data["supports"])) for data in heard] == expected
    async with desk.storage.read() as store:
        assert await store.watches.all() == [(person, "traceability")]


# -- stages


def test_the_way_of_a_case_leaves_out_what_is_no_progress(desk_programme):
    way: list[str] = []
    stage: Stage | None = of_state(desk_programme, "received")
    while stage is not None:
        way.append(stage.id)
        stage = following(desk_programme, stage.id)
    assert way == [
        "received", "completeness", "content_review", "review_result", "budget_review", "approval", "contract",
        "implementation", "acceptance", "completed",
    ]  # fmt: skip
    assert following(desk_programme, "supplement") is None


async def test_what_was_missing_after_the_review_leads_on_to_the_budget(desk: Desk, case: Case):
    official = await desk.official("official")
    async with desk.storage.write() as store:
        moved = await cases.decide(store, desk.current, case, "review_result", official, desk.at)
    assert isinstance(moved, Case)
    await asked(desk, moved, "Dự toán")
    async with desk.storage.read() as store:
        (paper,) = await store.cases.papers([case.id])
    done = await hand(desk, case, paper.id, "a.pdf")
    assert done.case
    assert done.case.stage == "budget_review"

"""The papers of a form that go with it, asked for on one screen: they come in any order, each is ticked off, and the rest
may all come later. The same file twice is noticed before it is taken."""

from __future__ import annotations

from bot.flows.answers import Read, Several, Unread
from bot.flows.engine import answering, forms, walking
from bot.flows.engine.scene import Scene
from bot.flows.engine.suggesting import brief
from bot.flows.programme import Question, words
from bot.flows.session import Waiting
from bot.flows.values import Json, Text, join

PLACES = ("which_paper", "same_file")  # where more files may come: an album arrives at once
File = dict[str, Json]


def together(scene: Scene, question: Question) -> list[Question]:
    """The papers on the same screen; none where one is asked for alone, since there is no other or it is being changed."""
    draft = scene.draft
    if question.type != "file" or question.id in draft.answers or draft.changing:
        return []
    asked = walking.asked_of(scene.form, draft.answers)
    papers = [each for each in asked if each.type == "file" and each.section == question.section]
    return papers if len(papers) > 1 else []


def left(scene: Scene, question: Question) -> list[Question]:
    """Those of them that nothing was said of yet; at least the one that is asked for."""
    open_ = [each for each in together(scene, question) if each.id not in scene.draft.answers]
    return open_ or [question]


def asked(scene: Scene, question: Question) -> list[Text]:
    """What is said in place of the question's own text; nothing where it is asked for alone."""
    papers = together(scene, question)
    return [scene.text("enclosed.ask"), join([_line(scene, paper) for paper in papers])] if papers else []


def _line(scene: Scene, paper: Question) -> Text:
    answers = scene.draft.answers
    if paper.id not in answers:
        return scene.text("enclosed.open", title=called(scene, paper))
    if answers[paper.id] is None:
        return scene.text("enclosed.put_off", title=called(scene, paper))
    return scene.text("enclosed.given", title=called(scene, paper), name=scene.shown()[paper.id])


def called(scene: Scene, paper: Question) -> str:
    short = scene.form.short.get(paper.id)
    return words(short, scene.language) if short else scene.form_text(paper.id).plain


def put_off_so_far(scene: Scene) -> list[str]:
    """What is to come later, called as officials read it."""
    papers = (each for each in walking.asked_of(scene.form, scene.draft.answers) if each.type == "file")
    later = [paper for paper in papers if scene.draft.answers.get(paper.id, "") is None]
    short, language = scene.form.short, scene.pinned.languages[0]
    return [words(short[paper.id], language) for paper in later if paper.id in short]


def put_off(scene: Scene, question: Question) -> dict[str, Json]:
    """What skipping the question leaves open: all that may come later, at once."""
    return {paper.id: None for paper in left(scene, question) if paper.optional}


# -- a file comes -------------------------------------------------------------------------------------------------------


def waits(scene: Scene) -> bool:
    waiting = scene.session.waiting
    return waiting is not None and waiting.kind in PLACES


def take(scene: Scene, question: Question, result: Read | Several | Unread) -> None:
    """A file at the question, or while it is asked which paper another one is."""
    waiting = scene.session.waiting
    if not isinstance(result, Read) or not isinstance(result.value, dict):
        return answering.take(scene, question, result)
    scene.understood("answer")
    if waiting and waiting.kind in PLACES:
        files: list[Json] = [*_files(waiting), result.value]
        scene.wait(waiting.kind, **{**waiting.data, "files": files})
        return forms.again(scene)
    _sort(scene, question, [result.value])


def _files(waiting: Waiting) -> list[File]:
    files = waiting.data["files"]
    return [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []


def _sort(scene: Scene, question: Question, files: list[File], sure: bool = False) -> None:
    """Which paper is the first of these files? What is plain is not asked."""
    twin = None if sure else _twin(scene, question, files[0])
    if twin:
        scene.wait("same_file", question=question.id, files=list[Json](files), paper=twin.id)
        return forms.again(scene)
    open_ = left(scene, question)
    if len(open_) > 1:
        scene.wait("which_paper", question=question.id, files=list[Json](files))
        return forms.again(scene)
    _keep(scene, open_[0], files)


def _twin(scene: Scene, question: Question, file: File) -> Question | None:
    """Another paper that this very file was given for."""
    answers, digest = scene.draft.answers, file.get("digest")
    papers = (each for each in scene.form.questions if each.type == "file" and each.id != question.id)
    given = ((each, answers.get(each.id)) for each in papers)
    return next((each for each, one in given if digest and isinstance(one, dict) and one.get("digest") == digest), None)


def _keep(scene: Scene, paper: Question, files: list[File]) -> None:
    said, done = len(scene.messages), len(scene.effects)
    answering.answer(scene, paper, files[0])
    following = forms.question_waiting(scene)
    if files[1:] and following and following.type == "file":
        del scene.messages[said:]  # what asks for the file that is here already
        scene.effects[done:] = [effect for effect in scene.effects[done:] if effect.name != "offer_upload"]
        _sort(scene, following, files[1:])
    elif files[1:]:
        scene.say("unexpected.file_ready")
        forms.again(scene)


# -- which paper is it? -------------------------------------------------------------------------------------------------


def _question(scene: Scene, waiting: Waiting) -> Question:
    return scene.form.question(str(waiting.data["question"]))


def keys(scene: Scene, waiting: Waiting) -> list[str]:
    return [paper.id for paper in left(scene, _question(scene, waiting))]


def names(scene: Scene, waiting: Waiting) -> list[str]:
    return [called(scene, paper) for paper in left(scene, _question(scene, waiting))]


def ask_which(scene: Scene, waiting: Waiting) -> None:
    files = _files(waiting)
    rows = zip(keys(scene, waiting), names(scene, waiting), strict=True)
    choices = [scene.pick(key, brief(name)) for key, name in rows]
    scene.say("enclosed.which", (*choices, scene.ok("!none", "another_file")), name=files[0].get("name", ""))


def named(scene: Scene, waiting: Waiting, said: str) -> bool:
    """A paper by its name, or by a part of it ("giấy đăng ký"): what it was taken for is shown at once."""
    found = scene.programme.lexicon.choose(said, [(name,) for name in names(scene, waiting)])
    one = found.indices or found.candidates
    return len(one) == 1 and which(scene, waiting, keys(scene, waiting)[one[0]])


def which(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in (*keys(scene, waiting), "!none"):
        return False
    scene.understood("answer")
    scene.settle()
    files = _files(waiting)
    if what == "!none":
        _unused(scene, _question(scene, waiting), files)
    else:
        _keep(scene, scene.form.question(what), files)
    return True


def _unused(scene: Scene, question: Question, files: list[File]) -> None:
    scene.say("enclosed.unused", name=files[0].get("name", ""))
    _sort(scene, question, files[1:]) if files[1:] else forms.again(scene)


def ask_same(scene: Scene, waiting: Waiting) -> None:
    paper = scene.form.question(str(waiting.data["paper"]))
    name = _files(waiting)[0].get("name", "")
    choices = (scene.ok("both", "use_for_both"), scene.ok("other", "another_file"))
    scene.say("enclosed.same", choices, title=called(scene, paper), name=name)


def same(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in ("both", "other", "yes", "no"):
        return False
    scene.understood("answer")
    scene.settle()
    question, files = _question(scene, waiting), _files(waiting)
    if what in ("both", "yes"):
        _sort(scene, question, files, sure=True)
    else:
        _unused(scene, question, files)
    return True

"""Content files → a Programme: the only room that knows YAML, Markdown and Jinja2 for content.

How a release is made: `bundle` takes the files of common and one programme as they are and names them by their hash
(facts are left out of it); `source` reads YAML with lines, what is plainly written by `plain`; `schema` says which keys
there are; `material` gathers it all; `loading` builds the Programme with `forms`, `topics` and `templates`; `lint` looks
through the same material: what the code says and gives stands in `contract`, marks that chat cannot show in `marks`, and
`trial` renders every text once.

Rules of the room:
- A bundle alone is enough to load a release again, years later. What files may say only ever grows: a change that an old
  release would not survive is a new entry in `loading.FORMATS`, with its own schema beside the old one.
- Every complaint is a Problem with file and line, for an author who is no programmer. What would break a conversation
  stops loading; what would only disappoint a person is found by `check`. Each kind has its broken example in
  tests/content/test_lint.py.
- Values meet a text after Markdown is parsed (`markdown.Skeleton`): a rendering stands a private-use character in the
  place of each value, the skeleton is parsed once and remembered, then values go in and styles move along. Never put a
  value into Markdown, and never let a template call, assign or import.
"""

from bot.content.bundle import Bundle, Fingerprint, changed, fingerprint, from_bytes, read_bundle
from bot.content.lint import check
from bot.content.loading import load, pin
from bot.content.problems import ContentProblems, Problem, report

__all__ = [
    "Bundle",
    "ContentProblems",
    "Fingerprint",
    "Problem",
    "changed",
    "check",
    "fingerprint",
    "from_bytes",
    "load",
    "pin",
    "read_bundle",
    "report",
]

"""Word templates of the content, filled with values: a letter to print and sign. Takes some 30 ms of a thread, and its
packages are loaded with the first document.

A value is text whatever it holds: it goes in as characters of XML, so that it can neither be markup nor be taken for a
placeholder; a new line stays one. Templates are an author's, hence the sandbox and no value that is not there.
"""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

# All that cannot be seen, and all that XML cannot hold.
UNSEEN = re.compile("[^\t\n\x20-\x7e\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>\"'{}%#_"})  # markup, and what docxtpl looks for


class Given(dict[str, object]):
    """Answers by the id of their question; one that was not given is nothing."""

    def __missing__(self, id: str) -> str:
        return ""


def fill(template: bytes, values: dict[str, Any], *, exact: bool = False) -> bytes:
    """The document with the values in it; jinja2.TemplateError if it names one that is not there. An answer that was not
    given reads as nothing, unless it shall be `exact`."""
    import docxtpl

    document = docxtpl.DocxTemplate(BytesIO(template))
    shown = literal(values)
    if not exact:
        shown["answers"] = Given(shown["answers"])
    document.render(shown, ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    filled = BytesIO()
    document.save(filled)
    return filled.getvalue()


def wrong(template: bytes, values: dict[str, Any]) -> str:
    """What its author should know of a template, "" if it can be filled. `values`: with every answer there can be."""
    try:
        fill(template, values, exact=True)
    except TemplateError as error:
        return f"a placeholder of this document cannot be filled: {error}"
    except Exception:  # noqa: BLE001  whatever the packages below raise about a file that is none of theirs
        return "this is no Word document; save it again as .docx"
    return ""


def literal(value: Any) -> Any:
    """The same values with every text as it is to be read, composed (NFC)."""
    if isinstance(value, dict):
        return {name: literal(one) for name, one in value.items()}
    if isinstance(value, list):
        return [literal(one) for one in value]
    return text(value) if isinstance(value, str) else value


def text(value: str) -> Markup:
    composed = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return Markup(UNSEEN.sub("", composed).translate(SIGNS))  # noqa: S704  every sign of markup is a reference by now

"""Sentences are data: every message has both languages, the same placeholders, and somebody who says it."""

from __future__ import annotations

import ast
import re
import string

import nbformat
import pytest
from babel import Locale
from places import REPO

from ictplan_utils import messages

PACKAGE = REPO / "ictplan_utils"
ROOMS = sorted(path.stem for path in (PACKAGE / "messages").glob("*.toml"))
EVERY = [(f"{room}.{name}", entry) for room in ROOMS for name, entry in messages.catalogue(room).items()]


def forms(message: str | dict) -> list[str]:
    return list(message.values()) if isinstance(message, dict) else [message]


def placeholders(text: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def sources() -> list[str]:
    code = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    code += [cell.source for path in (REPO / "notebooks").glob("*.ipynb") for cell in nbformat.read(path, 4).cells]
    kinds = ("toml", "csv", "html", "j2")
    data = [path.read_text(encoding="utf-8") for kind in kinds for path in PACKAGE.rglob(f"*.{kind}")
            if path.parent.name != "messages"]  # fmt: skip
    return code + data


def test_every_message_has_both_languages():
    lacking = [key for key, entry in EVERY if set(entry) != set(messages.LANGUAGES)]
    assert lacking == []
    empty = [key for key, entry in EVERY for m in entry.values() for t in forms(m) if not t.strip()]
    assert empty == []


def test_both_languages_fill_the_same_placeholders():
    differ = []
    for key, entry in EVERY:
        sets = [placeholders(form) - {"count"} for message in entry.values() for form in forms(message)]
        differ += [key for one in sets if one != sets[0]]
    assert differ == []


def test_plural_forms_are_the_languages_own():
    for key, entry in EVERY:
        for lang, message in entry.items():
            if isinstance(message, dict):
                exact = {form for form in message if re.fullmatch(r"=\d+", form)}
                assert set(message) - exact <= Locale(lang).plural_form.tags | {"other"}, key
                assert "other" in message, key


def test_every_message_is_said_somewhere():
    text = "\n".join(sources())
    begun = set(re.findall(r'f"((?:\w+\.)+)\{', text)) | set(re.findall(r'f"((?:\w+\.)+\w+_)\{', text))
    silent = [key for key, _ in EVERY if f'"{key}"' not in text and not any(key.startswith(p) for p in begun)]
    assert silent == []


def test_every_message_that_code_says_exists_and_gets_its_placeholders():
    known, wrong = dict(EVERY), []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            key = node.args[0].value
            if not (isinstance(key, str) and re.fullmatch(r"\w+(\.\w+)+", key) and key.split(".")[0] in ROOMS):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in ("text", "error", "say", "warn", "_doubt"):
                continue
            if key not in known:
                wrong.append(f"{path.name}:{node.lineno}: no message {key}")
            elif all(keyword.arg for keyword in node.keywords):
                given = {keyword.arg for keyword in node.keywords}
                needed = set().union(*(placeholders(form) for m in known[key].values() for form in forms(m)))
                wrong += [f"{path.name}:{node.lineno}: {key} lacks {name}" for name in sorted(needed - given)]
    assert wrong == []


def test_no_error_a_user_meets_has_its_sentence_in_code():
    """`IctplanError` is made by messages.error, in the reader's language; what a programmer meets is a ValueError."""
    literal = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "IctplanError"
            if named and node.args and isinstance(node.args[0], ast.JoinedStr | ast.Constant | ast.BinOp):
                literal.append(f"{path.name}:{node.lineno}")
    assert literal == []


@pytest.mark.parametrize("room", ["batch", "html", "office", "tables", "workspace", "cli.py", "desk.py", "prepare.py"])
def test_no_word_of_vietnamese_stands_in_code(room):
    """Docstrings may show some; what a person reads is in messages/."""
    place, said = PACKAGE / room, []
    for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        said += [
            f"{path.name}:{node.lineno}: {node.value}" for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
            and re.search(r"[àáảãạăắặâấậđèéẻẽẹêếềệìíỉĩịòóỏõọôốồộơớờợùúủũụưứừựỳýỷỹỵ]", node.value.lower())
        ]  # fmt: skip
    assert said == []


def test_an_unknown_message_is_a_bug_and_says_which():
    with pytest.raises(KeyError, match="no_such"):
        messages.text("periods.no_such", "vi")


def test_the_language_follows_the_environment(monkeypatch):
    for name in ("ICTPLAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(messages.locale, "getlocale", lambda: (None, None))
    assert messages.language() == "en"
    for value, lang in {
        "C.UTF-8": "en",
        "Vietnamese_Vietnam.1258": "vi",
        "vi_VN.UTF-8": "vi",
        "en_US.UTF-8": "en",
        "de_DE": "en",
    }.items():
        monkeypatch.setenv("LANG", value)
        assert messages.language() == lang
    monkeypatch.setenv("ICTPLAN_LANG", "vi")
    assert messages.language() == "vi"
    with messages.using("en"):
        assert messages.language() == "en"
    assert messages.language() == "vi"

"""Every sentence and label that a person reads, as data: one file a room, Vietnamese and English on adjacent lines.

`messages/ROOM.toml` holds a room's messages, `[key]` with `vi` and `en`. Placeholders are `str.format` fields and get
values that are formatted already. Where a count changes the wording, a language holds a table of CLDR plural
categories (and of exact numbers, `"=0"`, as ICU has them) instead of a text; the number `count=` chooses the form and
is printed as `{count}`:

    [figures_read]
    vi = "đọc được {count} số liệu từ {path}"
    en = { one = "read {count} figure from {path}", other = "read {count} figures from {path}" }
"""

from __future__ import annotations

import contextvars
import functools
import locale
import os
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import resources

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

from ictplan_utils.errors import IctplanError

LANGUAGES = ("vi", "en")
_current: contextvars.ContextVar[str | None] = contextvars.ContextVar("language", default=None)


def text(key: str, lang: str | None = None, **values: object) -> str:
    """Return the message `room.key` in `lang` (the current language where None), its placeholders filled.

    Raises KeyError for a message that does not exist or a placeholder without a value: a bug, not the user's fault.

    >>> text("periods.first_half", "vi", year=2021), text("periods.first_half", "en", year=2021)
    ('6 tháng đầu năm 2021', 'the first half of 2021')
    """
    room, _, name = key.partition(".")
    wanted = lang or language()
    message = catalogue(room)[name][wanted]
    if isinstance(message, dict):
        count = values["count"]
        message = message.get(f"={count}") or message.get(Locale(wanted).plural_form(count)) or message["other"]
    if isinstance(values.get("count"), int):
        values["count"] = format_decimal(values["count"], locale=wanted)
    return message.format_map(values) if values else message


def listed(parts: Iterable[str], lang: str | None = None) -> str:
    """Return parts as a sentence lists them: `a, b và c`, `a, b, and c`."""
    return format_list(list(parts), locale=lang or language())


def page_name(name: str, lang: str) -> str:
    """Return what a page's file is called, without its ending: in the first language by its name alone.

    >>> page_name("briefing", "vi"), page_name("briefing", "en")
    ('briefing', 'briefing.en')
    """
    return name if lang == LANGUAGES[0] else f"{name}.{lang}"


def error(key: str, **values: object) -> IctplanError:
    """Return the error a user meets, its sentence in the current language: `raise error("store.locked", path=path)`."""
    return IctplanError(text(key, **values))


@functools.cache
def catalogue(room: str) -> dict[str, dict]:
    """Return a room's messages, keyed by their name: `{"first_half": {"vi": …, "en": …}}`; nested tables by dots."""
    source = resources.files(__name__).joinpath(f"{room}.toml").read_text("utf-8")
    return dict(_flat(tomllib.loads(source)))


def _flat(table: dict, prefix: str = "") -> Iterator[tuple[str, dict]]:
    for name, entry in table.items():
        if LANGUAGES[0] in entry:
            yield prefix + name, entry
        else:
            yield from _flat(entry, f"{prefix}{name}.")


def language() -> str:
    """Return the current language: the one in use, else ICTPLAN_LANG, else the system's, else English."""
    return _current.get() or _wanted(os.environ.get("ICTPLAN_LANG", "")) or _wanted(_system_language()) or "en"


def use(lang: str) -> None:
    """Make `lang` the current language from here on (the command line's --lang)."""
    _current.set(lang)


@contextmanager
def using(lang: str) -> Iterator[None]:
    """Make `lang` the current language for the block."""
    token = _current.set(lang)
    try:
        yield
    finally:
        _current.reset(token)


def _wanted(name: str) -> str:
    """Return the language a locale's name asks for: `vi_VN.UTF-8`, Windows' `Vietnamese_Vietnam` → vi, `de` → en,
    `C` → ""."""
    short = name.replace("_", "-").split("-")[0].split(".")[0].lower()
    if short in ("", "c", "posix"):
        return ""
    return next((lang for lang in LANGUAGES if short in (lang, Locale(lang).english_name.lower())), "en")


def _system_language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name]
    return locale.getlocale()[0] or ""

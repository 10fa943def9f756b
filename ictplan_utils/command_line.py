"""What every command shares: it explains itself in the language of whoever asks, and ends in one sentence.

Help stands in messages/cli.toml: `[COMMAND.help]`, `[COMMAND.OPTION]`, or `[option.OPTION]` for options that several
commands have; so do the words that stand for values, and click's own sentences.
"""

from __future__ import annotations

import errno
import functools
import os
import re
import signal
import sys
import unicodedata
from typing import Any

import click

from ictplan_utils import messages
from ictplan_utils.errors import IctplanError, one_line

DONE, WITH_FAILURES, WRONG_REQUEST, STOPPED = 0, 1, 2, 130

OF_THE_DISK = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR,
    errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EEXIST, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EAGAIN,
    errno.ENOMEM,
)  # fmt: skip
"""What goes wrong with the files and folders that a request names, or because the machine gives no more."""


class Told:
    """What explains itself by a message, looked up when somebody asks."""

    key = ""

    @property
    def help(self) -> str | None:
        return messages.text(f"cli.{self.key}") if self.key else None

    @help.setter
    def help(self, _: str | None) -> None:
        """Click sets what it finds in the code; the message stands instead."""

    def make_metavar(self, ctx: click.Context) -> str:
        return _in_words(super().make_metavar(ctx))


def _in_words(usage: str) -> str:
    """Return what stands for values in a usage, each word by its message `metavar.WORD`, where there is one."""
    known = messages.catalogue("cli")
    return re.sub("[A-Z]{3,}", lambda w: messages.text(f"cli.metavar.{w[0]}") if f"metavar.{w[0]}" in known else w[0],
                  usage)  # fmt: skip


class Option(Told, click.Option):
    """An option: its help is its command's own message, else the one that commands share."""

    def __init__(self, *args: Any, told: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = f"option.{told or self.name}"

    def belongs_to(self, command: str) -> None:
        own = f"{command}.{self.name}"
        self.key = own if own in messages.catalogue("cli") else self.key


class Argument(Told, click.Argument):
    """An argument; its name is all that is said of it."""


class Command(Told, click.Command):
    """A command that explains itself in the current language, its options too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.callback.__name__.strip("_")
        self.key = f"{name}.help"
        for each in self.params:
            if isinstance(each, Option):
                each.belongs_to(name)
        self._asked = Option(["-h", "--help"], is_flag=True, is_eager=True, expose_value=False, callback=_show_help)

    def get_help_option(self, ctx: click.Context) -> click.Option:
        return self._asked

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first paragraph, whole: click breaks its lines."""
        return self.help.split("\n")[0]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [_in_words(piece) for piece in super().collect_usage_pieces(ctx)]


def _show_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


class Group(Command, click.Group):
    """A command with commands of its own."""

    command_class = Command
    group_class = type


class Sentences(Group):
    """The group that says what is wrong in one sentence, with exit code 2, and never shows a traceback for it."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        if not args and not kwargs:  # the whole program, not called by another
            _speak_utf8()
            signal.signal(signal.SIGINT, _stop_once)
        prepare_streams()
        teach_click()
        with messages.using(messages.language()):  # what --lang sets ends with the command
            try:
                try:
                    return super().main(*args, **kwargs)
                finally:
                    end_output()
            except OSError as error:
                if error.errno not in OF_THE_DISK:
                    raise
                path = one_line(error.filename or messages.text("cli.a_file"), 200)
                said = messages.text("cli.cannot_use", path=path, reason=error.strerror)
            except MemoryError:
                said = messages.text("cli.no_memory")
            except ImportError as error:
                said = messages.text("cli.no_library", reason=one_line(error, 200))
            show(f"ictplan: {said}", err=True)
            sys.exit(WRONG_REQUEST)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except IctplanError as error:
            show(f"ictplan: {error}", err=True)
            ctx.exit(WRONG_REQUEST)
        except KeyboardInterrupt:
            click.echo("\nictplan: " + messages.text("batch.stopped"), err=True)
            ctx.exit(STOPPED)
        except BrokenPipeError:
            # Whoever read our output has seen enough.
            end_output()
            ctx.exit(DONE)


def _stop_once(*_: Any) -> None:
    """Stop at the first Ctrl-C; whoever presses it again changes nothing of how this ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _speak_utf8() -> None:
    """Start this program again in Python's UTF-8 mode where the locale would spoil every name with a letter of ours."""
    if os.name == "posix" and sys.getfilesystemencoding() != "utf-8":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def speak(ctx: click.Context, _: click.Parameter, lang: str | None) -> str | None:
    """Say everything from here on in the language that --lang names."""
    if lang:
        messages.use(lang)
    return lang


def argument(*names: str, **how: Any) -> Any:
    """Return click's decorator for an argument that is called in the current language."""
    return click.argument(*names, cls=Argument, **how)


def option(*names: str, **how: Any) -> Any:
    """Return click's decorator for an option that explains itself; `told`: which shared message it has."""
    return click.option(*names, cls=Option, **how)


lang_option = functools.partial(
    option, "--lang", type=click.Choice(messages.LANGUAGES), metavar="vi|en", is_eager=True, callback=speak
)


def teach_click() -> None:
    """Let click say its own sentences by our messages: its modules look each up under the name `_`, or `ngettext`."""
    for name, module in list(sys.modules.items()):
        if name.startswith("click.") and hasattr(module, "_"):
            module._ = _said
            if hasattr(module, "ngettext"):
                module.ngettext = lambda one, several, count: _said(one if count == 1 else several)


def _said(english: str) -> str:
    key = _clicks_own().get(english)
    return messages.text(f"cli.click.{key}") if key else english


@functools.cache
def _clicks_own() -> dict[str, str]:
    """Return click's English → the message that stands for it."""
    own = {key: entry["en"] for key, entry in messages.catalogue("cli").items() if key.startswith("click.")}
    return {english: key.removeprefix("click.") for key, english in own.items()}


def show(line: object = "", err: bool = False) -> None:
    """Print a line; what a document's own letters would have a terminal do is shown, not obeyed."""
    told = (repr(letter)[1:-1] if unicodedata.category(letter) in ("Cc", "Cf") and letter not in "\n\t" else letter
            for letter in str(line))  # fmt: skip
    click.echo("".join(told), err=err)


def end_output() -> None:
    """Write out what is still to be printed; what cannot be is let go, so that Python's own last attempt does not turn
    the exit code into 120. Raises OSError, but not where nobody reads any more."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def prepare_streams() -> None:
    """Let everything be printed anywhere: to a stream that was closed, and in an encoding that lacks our letters."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number is free, and is this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):
            try:
                "chỉ tiêu ×".encode(stream.encoding)
                stream.reconfigure(errors="replace")
            except UnicodeEncodeError:
                stream.reconfigure(encoding="utf-8", errors="replace")

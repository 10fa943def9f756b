"""Fresh Python processes in a hundredth of a second, forked from one *template* that has imported everything.

Most of a short notebook's time is not work: a new Python imports pandas, matplotlib and IPython again. The template
imports them once and forks a child for whoever asks: a worker of the batch engine, or the cells of one notebook. It
watches each child and ends it, with all it started, when the asker hangs up. Fork and threads do not mix: the
template has one thread. Where there is no safe fork (Windows, macOS), workers are ordinary processes.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import functools
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from typing import Any

from ictplan_utils import messages
from ictplan_utils.batch import warm

FORKS = sys.platform == "linux" and hasattr(os, "fork") and hasattr(os, "pidfd_open")
"""macOS has fork, but its system libraries do not survive one; Windows has none."""

START_S = 60
"""Seconds that the template may take to answer: it imports for three, more on a busy machine."""

SETTINGS = {
    # matplotlib reads it when imported, so that a notebook's own setting would come too late.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",  # threads do not survive a fork, and one report is too little work for two cores
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no advice about debuggers among what notebooks say
    "PYTHONSAFEPATH": "1",  # a json.py beside an office's documents is not Python's
    "PYTHONUTF8": "1",  # names of folders have letters of ours whatever the locale
    "PYTHONHASHSEED": "0",  # sets come out in the same order in every run: same data, same bytes
}
"""Environment of every Python that makes reports."""

MEMORY_BYTES = 8 << 30
"""What one notebook may ask of memory; ours take half a gigabyte."""

_START = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("ictplan_utils", sys.argv[1])
sys.modules["ictplan_utils"] = package = module_from_spec(spec)
spec.loader.exec_module(package)
from ictplan_utils.batch.template import serve
serve(*map(int, sys.argv[2:]))
"""
"""The package is found where its caller found it, without putting that folder before Python's own modules."""


class TemplateGone(RuntimeError):
    """The template ended, or does not answer."""


def environment() -> dict[str, str]:
    """Return the environment of a notebook."""
    return {**os.environ, **SETTINGS}


class Template:
    """The warm process, seen from outside. Everything it forked ends with it, and it ends with its owner."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None
        self._asking: socket.socket | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115

    def start(self) -> None:
        """Start importing, without waiting for it; `spawn` waits. Does nothing where it runs already."""
        if not FORKS or (self._process and self._process.poll() is None):
            return
        import ictplan_utils

        self.stop()
        # A pair of sockets without a name: no folder, however long its path, and nobody else can connect.
        self._asking, answering = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        handles = (answering.fileno(), self._asking.fileno())
        with answering:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, str(Path(ictplan_utils.__file__).resolve()), *map(str, handles)],
                stdin=subprocess.PIPE, stdout=self._log, stderr=self._log, pass_fds=handles, cwd="/",
                env={**os.environ, **SETTINGS, "ICTPLAN_LANG": messages.language()},
                start_new_session=True,  # Ctrl-C is for the engine alone
            )  # fmt: skip

    def spawn(self, function: Callable[..., Any], *args: Any) -> Connection:
        """Run `function(connection, *args)` in a fresh process; return our end of the connection.

        The connection ends (EOFError, OSError) when the process does, however it died; closing our end kills it,
        with all it started. Raises IctplanError where no process can be had.
        """
        if not FORKS:
            return _ordinary_process(function, *args)
        for _ in range(3):
            self.start()
            with contextlib.suppress(TemplateGone):
                return ask(self._asking, function, *args)
            self.stop()
        raise messages.error("batch.no_template", last_words=self.last_words())

    def rehearse(self, area: str, period: str, lang: str, data: str) -> None:
        """Let the template show a report to itself, so that its children find what libraries keep warm.

        A template that this killed is replaced by a fresh one.
        """
        self.start()
        try:
            ask(self._asking, warm.rehearse, area, period, lang, data, fork=False).close()
        except TemplateGone:
            self.stop()

    def last_words(self) -> str:
        """Return the last line that the template or one of its workers wrote to its standard error."""
        end = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(end - 2000, 0))
        return (self._log.read().decode(errors="replace").strip().splitlines() or [""])[-1]

    def stop(self) -> None:
        """End the template, even one that does not answer, and everything it forked."""
        if self._process:
            self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
            self._process.kill()
            self._process.wait()
            self._process = None
            self._asking.close()

    def close(self) -> None:
        """End the template, and forget what it said."""
        self.stop()
        self._log.close()

    def __enter__(self) -> Template:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ordinary_process(function: Callable[..., Any], *args: Any) -> Connection:
    for name, value in SETTINGS.items():
        if name.startswith("PYTHON"):
            os.environ.setdefault(name, value)
    ours, theirs = get_context("spawn").Pipe()
    get_context("spawn").Process(target=function, args=(theirs, *args), daemon=False).start()
    theirs.close()
    return ours


def ask(asking: socket.socket, function: Callable[..., Any], *args: Any, fork: bool = True) -> Connection:
    """Ask the template behind `asking` to run `function(connection, *args)` in a child, or itself (not `fork`)."""
    ours, theirs = (Connection(door.detach()) for door in socket.socketpair())
    try:
        # What is asked lies in the new socket before the template is handed its other end: it never waits for us.
        ours.send((function, args, fork))
        socket.send_fds(asking, [b"!"], [theirs.fileno()])
        theirs.close()
        if not ours.poll(START_S):
            raise TemplateGone("the template does not answer")
        ours.recv()
    except (OSError, EOFError) as error:
        ours.close()
        raise TemplateGone(str(error)) from error
    return ours


_doors: list[socket.socket] = []
"""In a child of a template: where it asks that template for more; before it, a child that can do more, see `after`."""


def spawn(function: Callable[..., Any], *args: Any) -> Connection:
    """`Template.spawn` by the template this process comes from, or else by one of its own. Raises TemplateGone."""
    for door in _doors[:-1]:
        with contextlib.suppress(TemplateGone):
            return ask(door, function, *args)
    return ask(_doors[-1], function, *args) if _doors else own_template().spawn(function, *args)


@contextlib.contextmanager
def after(function: Callable[..., Any], *args: Any) -> Iterator[None]:
    """Let `spawn` fork from a child of the template in which `function(*args)` ran first. Raises TemplateGone."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, spawn(_serve_after, function, *args) as connection:
        with theirs:
            send_handle(connection, theirs.fileno(), None)
        _doors.insert(0, ours)
        try:
            yield
        finally:
            _doors.remove(ours)


def forget() -> None:
    """In a child that asks for no more: close the way to the template."""
    while _doors:
        _doors.pop().close()


@functools.cache
def own_template() -> Template:
    """The template of this process; it ends with it."""
    template = Template()
    atexit.register(template.close)
    return template


# -- inside the template -----------------------------------------------------------------------------------------


def serve(answering: int, asking: int) -> None:
    """Import, then fork a child for every request, until the owner closes our standard input."""
    _doors.append(socket.socket(fileno=asking))
    warm.warm_up()
    _adopt_orphans()
    _answer(socket.socket(fileno=answering), 0)


def _serve_after(connection: Connection, function: Callable[..., Any], *args: Any) -> None:
    """Be a template that has done `function(*args)`, until who asked for it hangs up."""
    forget()
    door = socket.socket(fileno=recv_handle(connection))
    function(*args)
    _answer(door, connection.fileno())


def _answer(door: socket.socket, owner: int) -> None:
    """Fork a child for every request that comes in by the door, until the owner says anything or hangs up."""
    events = select.poll()
    events.register(owner, select.POLLIN)
    events.register(door, select.POLLIN)
    children: dict[int, tuple[int, Connection, int]] = {}  # file descriptor → pid, connection, pidfd
    while True:
        for handle, _ in events.poll():
            if handle == owner:
                _end_all(pid for pid, _, _ in children.values())
            elif handle == door.fileno():
                _, passed, _, _ = socket.recv_fds(door, 1, 1)
                if not passed:  # the owner is about to hang up
                    events.unregister(door)
                    continue
                connection = Connection(passed[0])
                with contextlib.suppress(OSError, EOFError):
                    function, args, fork = connection.recv()
                    if not fork:
                        function(*args)
                        connection.send("done")
                        continue
                    pid = _fork(function, args, connection, [door.fileno(), *([owner] if owner else []), *children])
                    child = (pid, connection, os.pidfd_open(pid))
                    # The child reads what the other side sends; we only want to know when that side hangs up.
                    events.register(connection.fileno(), select.POLLRDHUP)
                    events.register(child[2], select.POLLIN)
                    children[connection.fileno()] = children[child[2]] = child
            elif handle in children:
                pid, connection, pidfd = children[handle]
                for descriptor in (connection.fileno(), pidfd):
                    events.unregister(descriptor)
                    del children[descriptor]
                _kill(pid)  # the asker hung up, or the child ended and what it started must end too
                os.waitpid(pid, 0)
                os.close(pidfd)
                _end_orphans({pid for pid, _, _ in children.values()})
                _hang_up(connection)


def _end_all(children: Iterable[int]) -> None:
    for pid in children:
        _kill(pid)
    _end_orphans(set())
    os._exit(0)


def _fork(function: Callable[..., Any], args: tuple, connection: Connection, inherited: list[int]) -> int:
    """Fork the child that runs `function`, and return its pid (in the template; the child never returns)."""
    template = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setsid()  # a group of its own, so that whatever it starts can be ended with it
        _die_with_parent(template)
        _adopt_orphans()
        _bound_memory()
        for descriptor in inherited:
            os.close(descriptor)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        log = os.dup(2)  # a notebook's own standard error is no place for our troubles
        connection.send("up")
        function(connection, *args)
        status = 0
    except SystemExit as request:
        status = request.code if isinstance(request.code, int) else int(request.code is not None)
    except BaseException:
        import traceback

        with contextlib.suppress(OSError):
            os.write(log, traceback.format_exc().encode(errors="replace"))
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)  # no clean-up of the template's things


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the template dies, even of kill -9."""
    pr_set_pdeathsig = 1
    _prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _adopt_orphans() -> None:
    """Ask Linux to make this process the parent of what its descendants leave behind, daemons too."""
    pr_set_child_subreaper = 36
    _prctl(pr_set_child_subreaper, 1)


def _end_orphans(known: set[int]) -> None:
    """End what children left behind when they ended: it is ours now, and not among the `known`."""
    ours = Path(f"/proc/self/task/{os.getpid()}/children")
    with contextlib.suppress(OSError):
        while left := set(map(int, ours.read_text().split())) - known:
            for pid in left:
                _kill(pid)
                os.waitpid(pid, 0)


def _bound_memory() -> None:
    """Let a notebook that wants too much memory fail alone, before the machine has none left for the others."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = MEMORY_BYTES if most == resource.RLIM_INFINITY else min(MEMORY_BYTES, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, most))
    with contextlib.suppress(OSError):
        # Where several of them fill the memory together, it is one of them that the system ends.
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _hang_up(connection: Connection) -> None:
    """Close the connection for every process that holds it, those that the child left behind among them."""
    with socket.socket(fileno=os.dup(connection.fileno())) as door, contextlib.suppress(OSError):
        door.shutdown(socket.SHUT_RDWR)
    connection.close()


def _kill(pid: int) -> None:
    """End a child and its whole process group at once."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)

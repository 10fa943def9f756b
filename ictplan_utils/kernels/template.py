"""The template: one process that has imported everything and computed nothing (fork and threads do not mix).

It forks a child for whoever asks over its socket, watches it, and ends it when the asker goes away.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ictplan_utils.errors import IctplanError

WARM = sys.platform == "linux" and hasattr(os, "fork") and hasattr(os, "pidfd_open")
"""macOS has fork, but its system libraries do not survive one; Windows has none."""

TEMPLATE_ADDRESS = "ICTPLAN_TEMPLATE"
"""Environment variable: the socket of the template that forks this process's kernels."""

INLINE_BACKEND = "module://matplotlib_inline.backend_inline"

PRELOADED = (
    "pandas", "matplotlib.pyplot", "matplotlib.figure", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg", "PIL.PngImagePlugin", "seaborn", "great_tables", "lxml.html", "bs4",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.core.pylabtools",
    "IPython.extensions.storemagic", "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger",
    "ipykernel.subshell_manager", "asyncio", "faulthandler", "pdb", "sqlite3", "tornado.platform.asyncio",
    "zmq.asyncio", "papermill", "papermill.translators", "nbconvert.exporters.html",
    "nbconvert.filters.markdown_mistune", "nbconvert.filters.highlight", "pygments.lexers.python",
    "pygments.formatters.html", "nbclient.client", "jupyter_client.asynchronous.client", "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PpmImagePlugin", "pandas.core.methods.to_dict",
    "pandas.io.formats.html", "pandas.io.formats.string", "pandas.io.formats.style", "encodings.unicode_escape",
    "encodings.utf_8_sig", "ipykernel.kernelspec", "jinja2.ext", "mistune.plugins.def_list",
    "mistune.plugins.task_lists", "mistune.plugins.url", "pandas.core.reshape.reshape", "unittest.mock",
)  # fmt: skip
"""What a notebook and its page need, and what those import only at their first use. Never the inline backend:
imported before there is a shell to report to, it makes every figure of the child vanish."""


MEMORY_BYTES = 8 << 30
"""What one notebook may ask of memory; ours take half a gigabyte."""

GARBAGE = 50_000
"""New objects after which a child looks for cycles among them. Python's 700 suits programs that live for days and
costs a report, which lives for a second and holds some hundred thousand, a tenth of its time."""


class TemplateGone(RuntimeError):
    """There is no template at that address, or it ended while it was asked."""


class Template:
    """The warm process, seen from outside. Everything it forked ends with it, and it ends with its owner."""

    def __init__(self, *, env: dict[str, str] | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ictplan-"))  # private (0700): who can connect can run code
        self.address = str(self._folder / "template")
        self._env = {
            **os.environ, **(env or {}), TEMPLATE_ADDRESS: self.address,
            # matplotlib reads it when imported, so that a kernel's own setting would come too late.
            "MPLBACKEND": INLINE_BACKEND,
            # Threads do not survive a fork, and one report is too little work for two cores.
            "OPENBLAS_NUM_THREADS": "1",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no advice about debuggers in the log
            # Sets must come out in the same order in every run: same data, same bytes.
            "PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0"),
        }  # fmt: skip
        self._process: subprocess.Popen | None = None
        self._log = self._folder / "log"

    def start(self) -> None:
        """Start importing, without waiting for it; `spawn` waits. Does nothing where it runs already."""
        if not WARM or (self._process and self._process.poll() is None):
            return
        Path(self.address).unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.address)
        listener.listen(64)
        with listener, self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", f"import {__name__} as template; template.serve()", str(listener.fileno())],
                stdin=subprocess.PIPE, stdout=log, stderr=log, env=self._env,
                pass_fds=[listener.fileno()], start_new_session=True,  # Ctrl-C is for the engine alone
            )  # fmt: skip

    def spawn(self, function: Callable[..., Any], *args: Any) -> tuple[Connection, int]:
        """Run `function(connection, *args)` in a fresh process; return our end of the connection, and its pid.

        The connection ends (EOFError, ConnectionError) when the process does, however it died; closing our end
        kills it, with all it started.
        """
        if WARM:
            for _ in range(3):
                self.start()
                with contextlib.suppress(TemplateGone):
                    return ask(self.address, function, *args)
                # Killed a moment ago: the system may not have noticed yet.
                self._process.kill()
                self._process.wait()
            raise IctplanError(f"the warm template process does not start: {self.last_words() or 'it said nothing'}")
        os.environ.setdefault("PYTHONHASHSEED", "0")
        ours, theirs = get_context("spawn").Pipe()
        process = get_context("spawn").Process(target=function, args=(theirs, *args))
        process.start()
        theirs.close()
        return ours, process.pid or 0

    def last_words(self) -> str:
        """Return the last line that the template or one of its workers wrote to its standard error."""
        with contextlib.suppress(OSError):
            lines = self._log.read_text(errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    def close(self) -> None:
        """End the template and everything it forked."""
        if self._process:
            self._process.stdin.close()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Template:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ask(address: str, function: Callable[..., Any], *args: Any) -> tuple[Connection, int]:
    """Ask the template at `address` for a child that runs `function`."""
    door = socket.socket(socket.AF_UNIX)
    try:
        door.connect(address)
        connection = Connection(door.detach())
        connection.send((function, args))
        return connection, connection.recv()
    except (OSError, EOFError) as error:
        raise TemplateGone(f"the template at {address} is gone: {error}") from error


# -- inside the template -----------------------------------------------------------------------------------------


def serve() -> None:
    """Import, then fork a child for every request, until the owner closes our standard input."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    warm_up()
    events = select.poll()
    events.register(0, select.POLLIN)
    events.register(listener, select.POLLIN)
    children: dict[int, tuple[int, Connection, int]] = {}  # file descriptor → pid, connection, pidfd
    while True:
        for handle, _ in events.poll():
            if handle == 0:
                for pid, _, _ in set(children.values()):
                    _kill(pid)
                shutil.rmtree(Path(os.environ[TEMPLATE_ADDRESS]).parent, ignore_errors=True)
                os._exit(0)
            elif handle == listener.fileno():
                door, _ = listener.accept()
                connection = Connection(door.detach())
                with contextlib.suppress(OSError, EOFError):
                    function, args = connection.recv()
                    pid = _fork(function, args, connection, [listener.fileno(), *children])
                    child = (pid, connection, os.pidfd_open(pid))
                    # The child reads what the other side sends; we only want to know when that side hangs up.
                    events.register(connection.fileno(), select.POLLRDHUP)
                    events.register(child[2], select.POLLIN)
                    children[connection.fileno()] = children[child[2]] = child
            elif handle in children:
                pid, connection, pidfd = children[handle]
                _kill(pid)  # the asker hung up, or the child ended and what it started must end too
                os.waitpid(pid, 0)
                for descriptor in (connection.fileno(), pidfd):
                    events.unregister(descriptor)
                    del children[descriptor]
                os.close(pidfd)
                _hang_up(connection)


def warm_up() -> None:
    """Import what children need, and make their garbage collector a cheap one."""
    _preload()
    gc.collect()
    gc.freeze()  # the collector must not touch, and so copy, the pages that all children share
    gc.set_threshold(GARBAGE)


def _preload() -> None:
    """A module that cannot be imported here will say so in the child that wants it."""
    import importlib
    import pkgutil

    import ictplan_utils

    # jsonschema takes a second to import this grammar of international web addresses, which no notebook has.
    sys.modules["rfc3987_syntax"] = None
    ours = [module.name for module in pkgutil.walk_packages(ictplan_utils.__path__, "ictplan_utils.", onerror=str)]
    for name in (*PRELOADED, *ours):
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    del sys.modules["rfc3987_syntax"]


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
        _bound_memory()
        for descriptor in inherited:
            os.close(descriptor)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        connection.send(os.getpid())
        function(connection, *args)
        status = 0
    except SystemExit as request:
        status = request.code if isinstance(request.code, int) else int(request.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)  # no clean-up of the template's things


def _die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the template dies, even of kill -9."""
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


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

"""Run a notebook's cells in this process: ipykernel's own shell, whose messages go to a connection, not to sockets.

The shell, its display hook and its publisher are those of an ordinary kernel, so that what a cell shows, raises or
updates is what it would be there. Standard output is a file in memory which is emptied into a message whenever
something else is shown and when the cell ends: in order, the words of other programs among them.
"""

from __future__ import annotations

import builtins
import fcntl
import functools
import getpass
import io
import os
import random
import sys
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_client.session import Session, json_packer

from ictplan_utils.batch import template, warm

ROOM, CHUNK = 1 << 26, 1 << 20
"""Bytes that a program which a cell runs may print, and after which what a cell prints is sent on."""


def run_cells(connection: Connection, cwd: str, env: Mapping[str, str], data: str | None) -> None:
    """Be the interpreter of one notebook: the body of a forked child.

    Requests: ("run", message id, source) is answered by the cell's messages, the last an `execute_reply`; ("comm",
    message) is a widget's; ("end",) is answered by what was read below or beside `data`, where that is to be known.
    """
    import numpy as np

    template.forget()
    recorder = warm.enter(cwd, env, data)
    # Who shares a template shares no random numbers; but a report draws the same whenever it is made.
    random.seed(0 if data else None)
    np.random.seed(0 if data else None)
    shell, channel = prepared_shell()
    shell.init_environment()
    channel.connection = connection
    sys.stdout, sys.stderr = (Stream(name, handle, channel.send) for handle, name in ((1, "stdout"), (2, "stderr")))
    for stream in (sys.stdout, sys.stderr):
        send_handle(connection, stream.fileno(), None)
    while True:
        try:
            kind, *request = connection.recv()
        except (EOFError, OSError):
            return
        if kind == "run":
            channel.parent, source = request
            channel.send("execute_reply", _run(shell, source, channel))
            if shell.exit_now:
                os._exit(0)
        elif kind == "comm":
            shell.kernel.comm_manager.comm_msg(None, None, {"buffers": [], **request[0]})
        else:
            connection.send(recorder and recorder.seen())


def _run(shell: Any, source: str, channel: Channel) -> dict[str, Any]:
    """Run one cell as ipykernel does; return the content of its reply."""
    channel.send("execute_input", {"code": source, "execution_count": shell.execution_count})
    result = shell.run_cell(source, store_history=True)
    sys.stdout.flush()
    sys.stderr.flush()
    error = result.error_before_exec or result.error_in_exec
    if result.success and not shell._last_traceback_during_displayhook:
        return {"status": "ok"}
    shown = {"ename": type(error).__name__, "evalue": str(error), "traceback": shell._last_traceback or []}
    return {"status": "error", **shown}


class Channel:
    """Stands in for the session and the sockets of a kernel; silent until it has a connection."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self._lock = threading.Lock()
        self.parent = ""

    def message(self, kind: str, content: Any, metadata: Any = None, buffers: Any = None) -> dict[str, Any]:
        """Return a message as nbclient reads it."""
        content = {} if content is None else content
        return {"msg_type": kind, "header": {"msg_type": kind}, "parent_header": {"msg_id": self.parent},
                "content": content, "metadata": metadata or {}, "buffers": list(map(bytes, buffers or ()))}  # fmt: skip

    def send(self, kind: str, content: Any, metadata: Any = None, buffers: Any = None) -> None:
        self.send_message(self.message(kind, content, metadata, buffers))

    def send_message(self, message: dict[str, Any]) -> None:
        with self._lock:
            if self.connection:
                buffers = message.pop("buffers", ())
                self.connection.send((json_packer(message), buffers))  # as a kernel packs it: lists, not tuples


class Stream(io.TextIOWrapper):
    """Standard output or error of a notebook: a file in memory that `flush` empties into a message."""

    def __init__(self, name: str, handle: int, send: Callable[[str, dict], None]) -> None:
        file = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(file, ROOM)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW)  # whoever prints without end is told that it is full
        os.dup2(file, handle)
        os.close(file)
        raw = io.FileIO(handle, "w", closefd=False)
        super().__init__(raw, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)
        self._sent_as, self._send, self._lock = name, send, threading.RLock()

    def write(self, text: str) -> int:
        with self._lock:
            written = super().write(text)
            if os.lseek(self.fileno(), 0, os.SEEK_CUR) > CHUNK:
                self.flush()
        return written

    def flush(self) -> None:
        if not hasattr(self, "_lock"):
            return
        with self._lock:
            super().flush()
            if printed := written(self.fileno()):
                os.lseek(self.fileno(), 0, os.SEEK_SET)
                self._send("stream", {"name": self._sent_as, "text": printed})


def written(handle: int) -> str:
    """Return what stands in a stream's file and was not sent yet; whoever shares the handle can ask."""
    return os.pread(handle, os.lseek(handle, 0, os.SEEK_CUR), 0).decode(errors="replace")


@functools.cache
def prepared_shell() -> tuple[Any, Channel]:
    """Return ipykernel's shell, and what it speaks through; it keeps no history and reads nobody's profile.

    The template makes it, as it takes 13 ms; each of its children has it for itself.
    """
    import comm
    from comm.base_comm import BaseComm, CommManager
    from ipykernel.compiler import XCachingCompiler
    from ipykernel.jsonutil import json_clean
    from ipykernel.kernelbase import StdinNotImplementedError
    from ipykernel.zmqshell import ZMQInteractiveShell
    from IPython.core.history import HistoryManager

    class ConnectedSession(Session):
        def msg(self, msg_type: str, content: Any = None, parent: Any = None, header: Any = None, metadata: Any = None):
            return channel.message(msg_type, content, metadata)

        def send(self, stream: Any, message: Any, content: Any = None, *_: Any, metadata: Any = None,
                 buffers: Any = None, **__: Any) -> None:  # fmt: skip
            if not isinstance(message, dict):
                message = channel.message(message, content, metadata, buffers)
            channel.send_message(message)

    class Shell(ZMQInteractiveShell):
        def init_ipython_dir(self, ipython_dir: Any) -> None: ...
        def init_profile_dir(self, profile_dir: Any) -> None: ...
        def enable_gui(self, gui: Any = None) -> None: ...
        def init_history(self) -> None:
            self.history_manager = HistoryManager(shell=self, parent=self, enabled=False, hist_file=":memory:")

    class Comm(BaseComm):
        def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any):
            content = json_clean({"data": data or {}, "comm_id": self.comm_id, **keys})
            channel.send(msg_type, content, json_clean(metadata or {}), buffers)

    channel, manager = Channel(), CommManager()
    comm.create_comm, comm.get_comm_manager = Comm, lambda: manager
    session = ConnectedSession()

    class Compiler(XCachingCompiler):
        def get_code_name(self, raw_code: str, code: str, number: int) -> str:
            return (
                f"/ipykernel/{Path(super().get_code_name(raw_code, code, number)).name}"  # without a process's number
            )

    shell = Shell.instance(compiler_class=Compiler, kernel=SimpleNamespace(
        eventloop=None, comm_manager=manager, session=session, shell_streams=[],
        get_parent=lambda *_: {"header": {"msg_id": channel.parent}},
    ))  # fmt: skip
    shell.displayhook.session = shell.display_pub.session = session
    shell.displayhook.topic = b"execute_result"

    def nobody_types(*_: Any, **__: Any) -> str:
        raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")

    builtins.input = getpass.getpass = nobody_types
    return shell, channel

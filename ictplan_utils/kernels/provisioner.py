"""Kernels for jupyter_client, nbclient and papermill that are forked from the template."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from ictplan_utils.kernels.template import TEMPLATE_ADDRESS, WARM, ask

PROVISIONER = "ictplan-warm"
"""The name of the entry point in pyproject.toml."""

START_S = 30
"""Seconds that a forked kernel, which listens after a tenth of one, may take until it does."""


def run_kernel(connection: Connection, argv: list[str], cwd: str, env: dict[str, str]) -> None:
    """Be an IPython kernel: the body of a forked child."""
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    os.environ.clear()
    os.environ.update(env)
    del os.environ[TEMPLATE_ADDRESS]  # a notebook has no business with it
    os.chdir(cwd)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    np.random.seed()  # siblings must not share the template's random numbers
    # 1 is never polled for its death: the template watches over us. It also keeps the banner quiet.
    app = IPKernelApp.instance(parent_handle=1)
    app.initialize(argv)
    connection.send("listening")
    app.start()


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from the template that ICTPLAN_TEMPLATE names; starts them the ordinary way without one."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel `cmd` names: a Python one is forked, with the arguments that follow `-m launcher`."""
        env = kwargs.get("env") or dict(os.environ)
        address = env.get(TEMPLATE_ADDRESS)
        if not (WARM and address and "ipykernel_launcher" in cmd):
            return await super().launch_kernel(cmd, **kwargs)
        argv = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process = _ForkedKernel(address, argv, str(kwargs.get("cwd") or Path.cwd()), env)
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel's end. It comes at once after a kill, so there is no need to look every 0.1 s."""
        if isinstance(self.process, _ForkedKernel):
            code, self.process = self.process.wait(), None
            return code
        return await super().wait()


class _ForkedKernel:
    """As much of subprocess.Popen as LocalProvisioner asks of a kernel that is not our child."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, argv: list[str], cwd: str, env: dict[str, str]) -> None:
        self._connection, self.pid = ask(address, run_kernel, argv, cwd, env)
        # A socket that is connected before the other side listens tries again only after 0.1 s.
        with contextlib.suppress(EOFError, OSError):
            if self._connection.poll(START_S):
                self._connection.recv()

    def poll(self) -> int | None:
        """Return None while the kernel lives; it never writes to the connection, so news can only be its end."""
        return 1 if self._connection.closed or self._connection.poll() else None

    def wait(self) -> int:
        if not self._connection.closed:
            self._connection.poll(None)
            self._connection.close()
        return 1

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self._connection.close()


class PromptClient(AsyncKernelClient):
    """A kernel client without jupyter_client's waits: 0.2 s for silence at the start, a heartbeat no one listens to."""

    def start_channels(self, shell: bool = True, iopub: bool = True, **_: Any) -> None:
        # Whether the kernel lives is asked of its manager; nobody types, and nobody interrupts politely.
        super().start_channels(shell=shell, iopub=iopub, stdin=False, hb=False, control=False)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        deadline = time.monotonic() + (timeout or float("inf"))
        # The kernel greets whoever subscribes: from then on, what it publishes reaches us.
        with contextlib.suppress(Empty):
            while (await self.iopub_channel.get_msg(timeout=0.5))["msg_type"] != "iopub_welcome":
                continue
        while True:
            request = self.kernel_info()
            with contextlib.suppress(Empty):
                while (reply := await self.shell_channel.get_msg(timeout=1))["parent_header"].get("msg_id") != request:
                    continue
                self._handle_kernel_info_reply(reply)
                while True:
                    news = await self.iopub_channel.get_msg(timeout=1)
                    if (
                        news["parent_header"].get("msg_id") == request
                        and news["content"].get("execution_state") == "idle"
                    ):
                        return
            if not await self.parent.is_alive():
                raise RuntimeError("it died before it was ready")
            if time.monotonic() > deadline:
                raise RuntimeError(f"not ready after {timeout} s")

    wait_for_ready = _async_wait_for_ready


class PrivateKernelManager(AsyncKernelManager):
    """A kernel manager over files in a private folder: TCP ports race when kernels start side by side."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client_factory = PromptClient
        if os.name == "posix":
            address = os.environ.get(TEMPLATE_ADDRESS)
            self._folder = tempfile.mkdtemp(prefix="ictplan-", dir=Path(address).parent if address else None)
            self.transport = "ipc"
            self.ip = str(Path(self._folder) / "socket")
            self.connection_file = str(Path(self._folder) / "kernel.json")

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        if not now or restart:
            return await super()._async_shutdown_kernel(now=now, restart=restart)
        # The notebook is done: nothing of its kernel is wanted any more, and its end comes at once.
        if self.has_kernel:
            await self.provisioner.kill()
            await self.provisioner.wait()
        await self._async_cleanup_resources()

    shutdown_kernel = _async_shutdown_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart and os.name == "posix":
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources


def use_warm_kernels(address: str) -> None:
    """Make every kernel this process starts a fork of the template at `address`."""
    os.environ[TEMPLATE_ADDRESS] = address
    KernelProvisionerFactory.instance().default_provisioner_name = PROVISIONER

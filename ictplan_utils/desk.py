"""The clerk's day without a terminal: documents are dropped into a panel, each doubt is ticked, results are links."""

from __future__ import annotations

import base64
import contextlib
import mimetypes
from collections.abc import Sequence
from html import escape
from pathlib import Path

import ipywidgets as widgets

from ictplan_utils import catalog, prepare
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import text, using
from ictplan_utils.prepare import Document, Prepared, Request

INBOX = "van-ban-den"
"""The folder of the workspace in which dropped documents are kept."""
SHOWN = 12
"""Parts of the checklist with more lines are folded."""


class Desk:
    """The panel: where documents are dropped (`upload`), what was said of them (`told`), what waits (`waiting`).

    `widget` shows it all; it does what `ictplan prepare` does, in the workspace that holds the data.
    """

    def __init__(self, lang: str, data_dir: str | Path) -> None:
        data = catalog.data_path(data_dir).resolve()
        self._root, self._lang, self._request = data.parent, lang, Request(data=data.name, lang=lang)
        self.upload = widgets.FileUpload(multiple=True, description=text("prepare.desk.drop", lang),
                                         layout=widgets.Layout(width="auto"))  # fmt: skip
        self.told, self.waiting = widgets.HTML(), widgets.VBox()
        self.upload.observe(self._dropped, "value")
        invitation = widgets.HTML(f"<p>{text('prepare.desk.invitation', lang)}</p>")
        self.widget = widgets.VBox([invitation, self.upload, self.waiting, self.told])

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return self.widget._repr_mimebundle_()

    def _dropped(self, change) -> None:
        """Keep what was dropped in the inbox, and work through it."""
        paths = []
        for file in change["new"]:
            path = Path(INBOX, Path(file["name"].replace("\\", "/")).name)
            write_atomically(self._root / path, bytes(file["content"]))
            paths.append(path)
        if paths:
            self.work(paths)

    def work(self, paths: Sequence[Path], accepted: frozenset[Path] = frozenset()) -> None:
        """Do all that can be done with these documents (paths in the workspace), and show what it came to."""
        self.told.value, self.waiting.children = f"<p>{text('prepare.desk.working', self._lang)}</p>", ()
        with using(self._lang), contextlib.chdir(self._root):
            try:
                prepared = prepare.prepare(paths, None, None, self._request, accept=lambda each: each.path in accepted)
            except (IctplanError, OSError) as problem:
                self.told.value = f"<p>{escape(str(problem))}</p>"
                return
            self.told.value = self._html(prepared)
            self.waiting.children = [self._question(each, paths, accepted) for each in prepared.documents if each.held]

    def _question(self, document: Document, paths: Sequence[Path], accepted: frozenset[Path]) -> widgets.VBox:
        """Return a document's doubts to be ticked one by one; the button stores it once all are."""
        wide = widgets.Layout(width="auto")
        lines = prepare.doubts(document)
        ticks = [widgets.Checkbox(description=line, indent=False, layout=wide) for line in lines]
        store = widgets.Button(description=text("prepare.desk.store", path=document.path.name), disabled=True,
                               layout=wide, button_style="primary")  # fmt: skip

        def ticked(_) -> None:
            store.disabled = not all(tick.value for tick in ticks)

        for tick in ticks:
            tick.observe(ticked, "value")
        store.on_click(lambda _: self.work(paths, accepted | {document.path}))
        heading = widgets.HTML(f"<b>{escape(text('prepare.desk.question', path=document.path.name))}</b>")
        return widgets.VBox([heading, *ticks, store])

    def _html(self, prepared: Prepared) -> str:
        """Return the checklist, and every page and paper as a link that needs no server to hold it."""
        parts = prepare.checklist(prepared, self._request.data, None, leave_out=("accept", "next"))
        lists = [
            f"<details{' open' * (len(lines) <= SHOWN)}><summary><b>{escape(heading)}: {len(lines)}</b></summary>"
            f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul></details>"
            for heading, lines in parts
        ]
        made = [Path(paper.path) for each in prepared.made for paper in each.papers]
        made += [page for each in prepared.made for index in each.pages for page in sorted(index.parent.glob("*.html"))
                 if page != index]  # fmt: skip
        links = " · ".join(_link(path) for path in made if path.is_file())
        ready = f"<p><b>{text('prepare.desk.files')}</b> {links}<br>{text('prepare.desk.next')}</p>" if links else ""
        return ready + "".join(lists)


def _link(path: Path) -> str:
    """Return a link that gives the file itself, wherever the notebook is served from."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    content = base64.b64encode(path.read_bytes()).decode()
    name = escape(path.name)
    return f'<a download="{name}" href="data:{kind};base64,{content}" style="text-decoration:underline">{name}</a>'


def panel(lang: str = "vi", data_dir: str | Path = "data") -> Desk:
    """Return the panel for the workspace that holds `data_dir`. Raises IctplanError where there is none."""
    return Desk(lang, data_dir)

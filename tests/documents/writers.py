"""Rows of text → files of every format, as offices write them."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

Rows = list[list[str]]
Piece = str | Rows
"""A paragraph, or a table."""


def text(path: Path, pieces: list[Piece], encoding: str = "utf-8") -> Path:
    """Write tab-separated text."""
    parts = [p if isinstance(p, str) else "\n".join("\t".join(row) for row in p) for p in pieces]
    path.write_bytes("\n\n".join(parts).encode(encoding))
    return path


def markdown(path: Path, pieces: list[Piece]) -> Path:
    """Write Markdown with pipe tables."""
    parts = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(piece)
        else:
            rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in piece]
            parts.append("\n".join([rows[0], "|" + "---|" * len(piece[0]), *rows[1:]]))
    path.write_text("\n\n".join(parts), encoding="utf-8")
    return path


def page(path: Path, pieces: list[Piece], hidden: str = "") -> Path:
    """Write an HTML page; `hidden` is a row put in every table with display:none."""
    parts = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(f"<p>{html.escape(piece)}</p>")
        else:
            rows = ["<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in piece]
            parts.append(f"<table>{''.join(rows[:2])}{hidden}{''.join(rows[2:])}</table>")
    path.write_text(f"<html><head><meta charset='utf-8'></head><body>{''.join(parts)}</body></html>", encoding="utf-8")
    return path


def word(path: Path, pieces: list[Piece], each: Callable | None = None) -> Path:
    """Write a Word document; `each(table, rows)` may change every table made."""
    import docx

    document = docx.Document()
    for piece in pieces:
        if isinstance(piece, str):
            document.add_paragraph(piece)
            continue
        table = document.add_table(rows=len(piece), cols=max(len(row) for row in piece))
        for line, row in zip(table.rows, piece, strict=True):
            for cell, content in zip(line.cells, row, strict=False):
                cell.text = content
        if each:
            each(table, piece)
    document.save(str(path))
    return path


def typed(text_: str) -> float | str | None:
    """Return a cell as a spreadsheet's user types it: a number where it is one."""
    from ictplan_utils.errors import IctplanError
    from ictplan_utils.vietnamese import parse_number

    if not re.search(r"\d", text_) or "=" in text_ or not text_[-1].isdigit():
        return text_ or None
    try:
        value = parse_number(text_)
    except IctplanError:
        return text_
    return int(value) if value is not None and value == int(value) else value


def workbook(path: Path, sheets: dict[str, Rows], numbers: bool = True, each: Callable | None = None) -> Path:
    """Write a workbook; `each(sheet)` may change every sheet made."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            figures = [typed(cell) if numbers and place > 2 else cell or None for place, cell in enumerate(row)]
            sheet.append(figures)
        if each:
            each(sheet)
    book.save(path)
    return path


def opendocument(path: Path, sheets: dict[str, Rows], numbers: bool = True) -> Path:
    """Write an OpenDocument workbook, its numbers as numbers unless told otherwise."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for place, content in enumerate(row):
                value = typed(content) if place > 2 and numbers else content
                if isinstance(value, (int, float)):
                    cell = TableCell(valuetype="float", value=value)
                else:
                    cell = TableCell(valuetype="string") if content else TableCell()
                if content:
                    cell.addElement(P(text=content))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def office() -> str:
    """Return LibreOffice's program, "" where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


def convert(source: Path, suffix: str) -> Path:
    """Return `source` converted by LibreOffice into another format (`xls`, `doc`, `pdf`)."""
    subprocess.run(
        [office(), f"-env:UserInstallation={(source.parent / 'profile').as_uri()}", "--headless", "--norestore",
         "--convert-to", suffix, "--outdir", str(source.parent), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return source.with_suffix(f".{suffix}")


def rewrite(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """Change the XML of one part of an Office package, as another program might have written it."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


Text = tuple[float, float, str, float]
"""Where a text begins, from the page's left and top in points; the text; its letters' size."""
Stroke = tuple[float, float, float, float]
"""A line from one place to another."""


def pdf(path: Path, pages: list[tuple[list[Text], list[Stroke]]]) -> Path:
    """Write a PDF page by page, each text and each line where it is told."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    wide, high = 595, 842
    with rc_context({"pdf.fonttype": 42}), PdfPages(path) as out:
        for texts, strokes in pages:
            page = Figure(figsize=(wide / 72, high / 72))
            for x, y, content, size in texts:
                page.text(x / wide, 1 - y / high, content, fontsize=size, va="baseline", parse_math=False)
            for x0, y0, x1, y1 in strokes:
                page.add_artist(Line2D([x0 / wide, x1 / wide], [1 - y0 / high, 1 - y1 / high], lw=0.6, color="black"))
            out.savefig(page)
    return path


def package(path: Path, parts: dict[str, str | bytes]) -> Path:
    """Write a zip package of these parts, its `mimetype` first and unpacked where it has one."""
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path

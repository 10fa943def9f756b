"""A table that shows itself, in a notebook and in a page: labelled columns, rows in groups, a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import compress

from ictplan_utils.messages import page_name, text
from ictplan_utils.narrative.text import folded
from ictplan_utils.vietnamese import MISSING


@dataclass(frozen=True)
class Column:
    """One column: its heading; `numeric` ones stand right; those not of `first_sight` wait on a phone till asked.

    `key` is the class of its cells.
    """

    label: str
    numeric: bool = True
    first_sight: bool = True
    key: str = ""


LONGEST = 24
"""Letters of a figure with its unit: what is longer among figures is words, and wraps."""


@dataclass(frozen=True)
class Cell:
    """One cell: its words, its HTML where it is more than words, and the number that it sorts by."""

    text: str
    html: str = ""
    value: float | None = None

    @property
    def shown(self) -> str:
        return self.html or escape(self.text)


@dataclass(frozen=True)
class Row:
    """One row: what it is about (with its unit, small), its cells, the group it stands in, and where its name leads.

    `sought`: rows with such words are found by the page's search box.
    """

    name: str
    cells: Sequence[Cell]
    unit: str = ""
    group: str = ""
    href: str = ""
    sought: str = ""


@dataclass(frozen=True)
class Table:
    """What a leader reads as a table; `key` names it in the page (`id`, style), `stub` heads the rows' names.

    Rows of one group must stand together. One table a page may be `searched`, for the words its rows are sought by.
    """

    key: str
    stub: str
    columns: Sequence[Column]
    rows: Sequence[Row] = field(default_factory=tuple)
    note: str = ""
    lang: str = "vi"
    searched: bool = False
    cards: bool = False
    """On a phone each row is a card, whose figures bear the names of their columns."""
    unfold: str = ""
    """What is written where a long table is unfolded; "" for one that lies open."""
    short: bool = False
    """Of its rows a screen shows the first 20 (page.css) until all are asked for, or one is searched."""
    legend: Sequence[tuple[str, str]] = ()
    """What the rows' drawings are made of, each mark drawn (HTML) and named; stands before the rows."""
    later_note: str = ""
    """What is noted of the columns that are not of first sight, and shown with them."""
    see: str = ""
    """The report whose page the note leads to."""

    @property
    def filled(self) -> Table:
        """The same table without the columns of which nothing is known."""
        known = [any(row.cells[at].shown not in ("", MISSING) for row in self.rows) for at in range(len(self.columns))]
        rows = [replace(row, cells=list(compress(row.cells, known))) for row in self.rows]
        return replace(self, columns=list(compress(self.columns, known)), rows=rows)

    def __str__(self) -> str:
        """Return the table as plain text, columns in line."""
        lines = [[self.stub, *(column.label for column in self.columns)]]
        lines += [[row.name, *(cell.text for cell in row.cells)] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        aligned = ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines]
        marks = "; ".join(words for _, words in self.legend)
        return "\n".join([*filter(None, [marks]), *aligned, *filter(None, [self.later_note, self.note])])

    def _repr_html_(self) -> str:
        hidden = not all(column.first_sight for column in self.columns)
        choice = f'<label class="more"><input type="checkbox"> {escape(text("tables.all_columns", self.lang))}</label>'
        heads = [f'<th scope="col">{escape(self.stub)}</th>', *map(self._head, self.columns)]
        later = f'<span class="later">{escape(self.later_note)} </span>' if self.later_note else ""
        note = f'<p class="note">{later}{escape(self.note)}{self._see()}</p>' if self.note or later else ""
        marks = "".join(f"<li>{drawn}{escape(words)}</li>" for drawn, words in self.legend)
        legend = f'<ul class="legend">{marks}</ul>' if marks else ""
        return folded(
            f'<div class="table {escape(self.key)}">{legend}{self._search()}{choice if hidden else ""}'
            f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(self.stub)}">'
            f"<table><thead><tr>{''.join(heads)}</tr></thead>{self._bodies()}</table></div>{self._rest()}{note}</div>",
            self.unfold,
        )

    def _search(self) -> str:
        if not self.searched:
            return ""
        label, nothing = (escape(text(f"tables.{name}", self.lang)) for name in ("search", "no_match"))
        return (
            f'<p class="search" hidden><label for="q">{label}</label><br>'
            '<input id="q" type="search" placeholder=" " autocomplete="off"></p>'
            f'<p id="none" role="status" hidden>{nothing}</p>'
        )

    def _see(self) -> str:
        if not self.see:
            return ""
        href = f"{page_name(self.see, self.lang)}.html"
        return f' <a href="{href}">{escape(text(f"tables.see_{self.see}", self.lang))}</a>'

    def _rest(self) -> str:
        told = text("tables.all_rows", self.lang, count=len(self.rows))
        return f'<label class="rest"><input type="checkbox"> {escape(told)}</label>' if self.short else ""

    def _head(self, column: Column) -> str:
        return f'<th scope="col"{_classes(column)}>{escape(column.label)}</th>'

    def _bodies(self) -> str:
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row.group, []).append(row)
        return "".join(f"<tbody>{self._group(name)}{''.join(map(self._row, rows))}</tbody>"
                       for name, rows in groups.items())  # fmt: skip

    def _group(self, name: str) -> str:
        wide = len(self.columns) + 1
        return f'<tr class="group"><th colspan="{wide}" scope="rowgroup">{escape(name)}</th></tr>' if name else ""

    def _row(self, row: Row) -> str:
        unit = f' <span class="unit">{escape(row.unit)}</span>' if row.unit else ""
        cells = "".join(
            f"<td{_classes(column, cell)}{_sorts_by(cell)}{self._label(column)}>{cell.shown}</td>"
            for column, cell in zip(self.columns, row.cells, strict=True)
        )
        name = f'<a href="{escape(row.href)}">{escape(row.name)}</a>' if row.href else escape(row.name)
        sought = f' data-name="{escape(row.sought)}"' if row.sought else ""
        return f'<tr{sought}><th scope="row">{name}{unit}</th>{cells}</tr>'

    def _label(self, column: Column) -> str:
        return f' data-label="{escape(column.label)}"' if self.cards and column.numeric else ""


def _sorts_by(cell: Cell) -> str:
    return "" if cell.value is None else f' data-value="{cell.value:.10g}"'


def _classes(column: Column, cell: Cell | None = None) -> str:
    number = column.numeric and (cell is None or len(cell.text) <= LONGEST)
    names = [
        *(["number"] if number else []),
        *([] if column.first_sight else ["later"]),
        *([column.key] * bool(column.key)),
    ]
    return f' class="{" ".join(names)}"' if names else ""

"""What charts are drawn on: a figure or axes measured in pixels of the page, and the boxes of all that stands there."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from ictplan_utils.charts.look import INK, LETTERS, MUTED, PAPER

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
Segment = tuple[float, float, float, float]
"""From where to where: x, y, x, y."""

AXIS = 20
"""The room at the lower edge for dates, in pixels."""
LINE_HEIGHT = 1.25
"""Of a line of text, in parts of its letters' size."""
AROUND = {
    "above": ("center", "bottom", 0, 1), "below": ("center", "top", 0, -1), "right": ("left", "center", 1, 0),
    "left": ("right", "center", -1, 0), "above right": ("left", "bottom", 0.8, 0.8),
    "above left": ("right", "bottom", -0.8, 0.8), "below right": ("left", "top", 0.8, -0.8),
    "below left": ("right", "top", -0.8, -0.8),
}  # fmt: skip
"""Where a label may stand about its mark: how it is aligned there, and in which direction."""
FARTHEST = 16
"""A label that finds no room beside its mark moves away by up to so many steps of half a line."""


extent = functools.lru_cache(4096)(text_to_path.get_text_width_height_descent)
"""Width, height and descent of a line of text in a font: measured once a process, which takes long, for all charts."""


@functools.lru_cache(4096)
def width(text: str, bold: bool = False) -> float:
    """Return how wide a text is, in pixels, in the widest of the house's fonts."""
    prop = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=LETTERS)
    return max(extent(line, prop, False)[0] for line in text.split("\n"))


class Sheet:
    """A whole figure, or axes without frame; everything is placed in pixels (1/72 inch) from the lower left corner.

    Our own charts have no axes: to make them takes longer than all that is drawn on them.
    """

    def __init__(self, ground: Figure | Axes) -> None:
        self.ground = ground
        box, dpi = ground.get_window_extent(), ground.figure.dpi
        self.width, self.height = box.width * 72 / dpi, box.height * 72 / dpi
        whole = ground.transAxes if isinstance(ground, Axes) else ground.transSubfigure
        self.transform = Affine2D().scale(1 / self.width, 1 / self.height) + whole
        self.taken: list[Box] = []
        self.segments: list[Segment] = []
        self.leaders: list[Segment] = []

    def _add(self, artist: Artist, name: str = "") -> None:
        artist.set_clip_on(False)
        chart = self.ground.figure
        if name and hasattr(chart, "marks"):
            artist.set_gid(f"mark{len(chart.marks)}-")
            chart.marks.append(name)
        self.ground.add_artist(artist)

    def line(self, xs: Sequence[float], ys: Sequence[float], *, name: str = "", avoid: bool = True, **look) -> None:
        """Draw a line; labels will keep off it, unless it is a hairline of the grid (`avoid=False`)."""
        self._add(Line2D(xs, ys, transform=self.transform, **look), name)
        if avoid:
            self.segments += zip(xs, ys, xs[1:], ys[1:], strict=False)

    def mark(self, x: float, y: float, *, name: str, shape: str, colour: str, hollow: bool, size: float = 8) -> None:
        """Draw a mark, which tells its `name` where it is pointed at."""
        self._add(Line2D([x], [y], marker=shape, markersize=size, color=colour, linestyle="none", markeredgewidth=1.8,
                         markerfacecolor=PAPER if hollow else colour, transform=self.transform), name)  # fmt: skip
        half = size / (1.4 if shape == "D" else 2) + 1
        self.taken.append((x - half, y - half, x + half, y + half))

    def bar(self, x: float, y: float, wide: float, high: float, *, name: str = "", avoid: bool = True, **look) -> None:
        """Draw a rectangle from its lower left corner."""
        self._add(Rectangle((x, y), wide, high, transform=self.transform, **look), name)
        if avoid:
            self.taken.append((x, min(y, y + high), x + wide, max(y, y + high)))

    def text(self, x: float, y: float, words: str, *, colour: str = INK, bold: bool = False, ha: str = "center",
             va: str = "center", halo: bool = False, inside: bool = False) -> None:  # fmt: skip
        """Write words where they are wanted; `inside` a mark they take no room of their own."""
        self._add(Text(x, y, words, transform=self.transform, color=colour, ha=ha, va=va, fontsize=LETTERS,
                       fontweight="bold" if bold else "normal", linespacing=LINE_HEIGHT,
                       gid="halo" if halo else None))  # fmt: skip
        if not inside:
            self.taken.append(_box((x, y), words, bold, ha, va))

    def has_room(self, told: Iterable[tuple[float, str]]) -> bool:
        """Tell whether all dates find room beside one another."""
        spans = sorted((min(max(x, half := width(words) / 2), self.width - half), half) for x, words in told)
        return all(x - half - 5 >= left + wide for (left, wide), (x, half) in itertools.pairwise(spans))

    def dates(self, told: Iterable[tuple[float, str]]) -> None:
        """Write dates along the lower edge, each under its place, the first ones first, as many as have room."""
        for x, words in told:
            half = width(words) / 2
            x = min(max(x, half), self.width - half)
            if not any(x - half - 5 < r and left < x + half + 5 and b < AXIS for left, b, r, _ in self.taken):
                self.text(x, 1, words, va="bottom", colour=MUTED)

    def beside(self, x: float, y: float, words: str, left: bool, *, colour: str, bold: bool, gap: float = 9) -> None:
        """Write words beside a mark, to its left or right, over whatever stands there."""
        x, ha = (x - gap, "right") if left else (x + gap, "left")
        x0, y0, x1, y1 = _box((x, y), words, bold, ha, "center")
        self.bar(x0, y0, x1 - x0, y1 - y0, avoid=False, color=PAPER, linewidth=0)
        self.text(x, y, words, ha=ha, colour=colour, bold=bold)

    def label(self, x: float, y: float, words: str, sides: Iterable[str], *, colour: str = INK, bold: bool = True,
              gap: float = 7, must: bool = True) -> bool:  # fmt: skip
        """Write words about a mark, on the first of the sides that is free; farther off, at last over a line.

        One farther off is led to by a line, which crosses no other label where there is a way. What need not be written
        is left out where no side is free. Tells whether it was written.
        """
        sides, half = tuple(sides), width(words, bold) / 2
        tries = itertools.product((2, 1, 0), (False, True), range(FARTHEST + 1)) if must else [(2, False, 0)]
        for apart, over_lines, step in tries:
            for side in (*sides, *(AROUND if step else ())):
                ha, va, right, up = AROUND[side]
                away = gap + step * LETTERS / 2
                at, high = x + right * away, y + up * away
                if ha == "center":  # above or below its mark, it slides in from the sheet's edge
                    at = min(max(at, half), self.width - half)
                leader = (x + right * gap * 0.7, y + up * gap * 0.7, at, high)
                if self.free(_box((at, high), words, bold, ha, va), over_lines) and (
                    step < 2 or apart <= self._apart(leader)
                ):
                    if step > 1:
                        self.leaders.append(leader)
                        self.line(leader[::2], leader[1::2], color=colour, linewidth=0.8)
                    self.text(at, high, words, colour=colour, bold=bold, ha=ha, va=va, halo=True)
                    return True
        if must:  # nothing is free: better over another than not at all
            ha, va, right, up = AROUND[sides[0]]
            x = min(max(x, half), self.width - half)
            self.text(x, y + up * gap, words, colour=colour, bold=bold, va=va, halo=True)
        return must

    def _apart(self, leader: Segment) -> int:
        """Return whether a line from a mark to its label passes through nothing (2), through no other such line (1)."""
        x, y = leader[:2]
        others = (box for box in self.taken if not (box[0] <= x <= box[2] and box[1] <= y <= box[3]))
        if any(_meet(leader, each) for each in self.leaders):
            return 0
        return 1 if any(_crosses(box, leader) for box in others) else 2

    def free(self, box: Box, over_lines: bool = False) -> bool:
        """Tell whether a box lies on the sheet and meets nothing that stands there (lines, unless `over_lines`)."""
        left, bottom, right, top = box
        if left < 0 or bottom < 0 or right > self.width or top > self.height:
            return False
        return not any(left < x1 and x0 < right and bottom < y1 and y0 < top for x0, y0, x1, y1 in self.taken) and (
            over_lines or not any(_crosses(box, segment) for segment in self.segments)
        )


def _box(at: tuple[float, float], words: str, bold: bool, ha: str, va: str) -> Box:
    (x, y), wide, high = at, width(words, bold), LETTERS * LINE_HEIGHT * (1 + words.count("\n"))
    left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[ha] * wide
    bottom = y - {"bottom": 0.0, "center": 0.5, "top": 1.0}[va] * high
    return left, bottom, left + wide, bottom + high


def _meet(one: Segment, other: Segment) -> bool:
    """Tell whether two segments cross."""

    def turn(segment: Segment, x: float, y: float) -> float:
        return (segment[2] - segment[0]) * (y - segment[1]) - (segment[3] - segment[1]) * (x - segment[0])

    return all(turn(a, *b[:2]) * turn(a, *b[2:]) <= 0 for a, b in ((one, other), (other, one)))


def _crosses(box: Box, segment: Segment) -> bool:
    """Tell whether a segment passes through a box (Liang and Barsky, 1984)."""
    x0, y0, x1, y1 = segment
    first, last = 0.0, 1.0
    for step, near, far in ((x1 - x0, box[0] - x0, box[2] - x0), (y1 - y0, box[1] - y0, box[3] - y0)):
        if math.isclose(step, 0, abs_tol=1e-9):
            if near > 0 or far < 0:
                return False
            continue
        enters, leaves = sorted((near / step, far / step))
        first, last = max(first, enters), min(last, leaves)
    return first <= last

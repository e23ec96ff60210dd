"""The parts of which every picture of the report is made: axes, bars, lines and words as SVG text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

INK, FAINT, RULE = "#1A1D21", "#5F6670", "#D5D9DE"
"""Colours of words, of axes, and of the lines behind the data."""

GOOD, BAD, TRUE, NEUTRAL = "#0072B2", "#D55E00", "#009E73", "#9AA0A6"
"""What was found or is right, what is wrong, the truth, and none of these: told apart by every kind of eye."""

LETTER = 6.8
"""Width of an average letter at the size of all words, 11 px, and a little more, because paper shows them larger."""

LONGEST = 26
"""Letters of a name that are drawn; the whole name is shown when the pointer rests on it."""


@dataclass(frozen=True)
class Frame:
    """The rectangle of a plot within its picture, and the values that its edges stand for.

    Parameters
    ----------
    width, height
        Size of the picture in px.
    left, right, top, bottom
        Margins around the plot in px.
    x_low, x_high, y_low, y_high
        Values at the edges of the plot; y grows upwards.
    """

    width: float = 500
    height: float = 320
    left: float = 56
    right: float = 16
    top: float = 12
    bottom: float = 46
    x_low: float = 0.0
    x_high: float = 1.0
    y_low: float = 0.0
    y_high: float = 1.0

    @property
    def floor(self) -> float:
        """Where the plot ends, in px from the top."""
        return self.height - self.bottom

    @property
    def end(self) -> float:
        """Where the plot ends, in px from the left."""
        return self.width - self.right

    def x(self, value: float) -> float:
        """Return where a value lies, in px from the left."""
        return self.left + (value - self.x_low) / (self.x_high - self.x_low) * (self.end - self.left)

    def y(self, value: float) -> float:
        """Return where a value lies, in px from the top."""
        return self.floor - (value - self.y_low) / (self.y_high - self.y_low) * (self.floor - self.top)


def svg(width: float, height: float, parts: Iterable[str], title: str) -> str:
    """Return a picture; `title` is what a screen reader says of it."""
    return (f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">'
            f'{"".join(parts)}</svg>')


def words(x: float, y: float, text: str, anchor: str = "start", **style: str) -> str:
    """Return a line of text at its baseline; `anchor` is ``start``, ``middle`` or ``end``."""
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(text)}</text>'


def name_at(x: float, y: float, name: str, anchor: str = "end", **style: str) -> str:
    """Return a name, cut if it is long; the whole of it is then a tooltip."""
    if len(name) <= LONGEST:
        return words(x, y, name, anchor, **style)
    return f"<g><title>{escape(name)}</title>{words(x, y, short(name), anchor, **style)}</g>"


def short(name: str) -> str:
    """Return a name with no more than `LONGEST` letters."""
    return name if len(name) <= LONGEST else name[:LONGEST - 1] + "…"


def room_for(names: Sequence[str]) -> float:
    """Return the width in px that the longest of the names takes."""
    return LETTER * max((len(short(name)) for name in names), default=0) + 12


def line(x1: float, y1: float, x2: float, y2: float, colour: str = RULE, **style: str) -> str:
    """Return a straight line."""
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}/>'


def bar(x: float, y: float, width: float, height: float, colour: str, tip: str = "") -> str:
    """Return a filled rectangle; `tip` is shown when the pointer rests on it."""
    shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{colour}"'
    return f"{shape}><title>{escape(tip)}</title></rect>" if tip else f"{shape}/>"


def dot(x: float, y: float, radius: float, colour: str, tip: str = "") -> str:
    """Return a filled circle."""
    shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"'
    return f"{shape}><title>{escape(tip)}</title></circle>" if tip else f"{shape}/>"


def path(points: Iterable[tuple[float, float]], colour: str, **style: str) -> str:
    """Return a line through points in px."""
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<path d="M{steps}" fill="none" stroke="{colour}" stroke-width="2"{more}/>' if steps else ""


def axes(frame: Frame, x_title: str, y_title: str, x_ticks: Sequence[float], y_ticks: Sequence[float]) -> str:
    """Return rules, ticks and titles of both axes."""
    parts = [line(frame.left, frame.y(tick), frame.end, frame.y(tick)) for tick in y_ticks]
    parts += [words(frame.left - 7, frame.y(tick) + 4, number(tick), "end", fill=FAINT) for tick in y_ticks]
    parts += [line(frame.x(tick), frame.floor, frame.x(tick), frame.floor + 4, FAINT) for tick in x_ticks]
    parts += [words(frame.x(tick), frame.floor + 17, number(tick), "middle", fill=FAINT) for tick in x_ticks]
    parts += [line(frame.left, frame.floor, frame.end, frame.floor, FAINT), titles(frame, x_title, y_title)]
    return "".join(parts)


def titles(frame: Frame, x_title: str, y_title: str) -> str:
    """Return the titles of both axes."""
    middle = (frame.top + frame.floor) / 2
    return (words((frame.left + frame.end) / 2, frame.height - 8, x_title, "middle")
            + words(13, middle, y_title, "middle", transform=f"rotate(-90 13 {middle:.1f})"))


def number(value: float) -> str:
    """Return a number as an axis shows it."""
    text = f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:g}"
    return text.replace("-", "−")


def ticks(high: float, about: int = 5) -> list[float]:
    """Return round values from 0 to the first that is no less than `high`."""
    if high <= 0 or not math.isfinite(high):
        return [0.0, 1.0]
    rough = high / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * (1 - 1e-9))
    return [step * place for place in range(math.ceil(high / step - 1e-9) + 1)]


def key(entries: Iterable[tuple[str, str]]) -> str:
    """Return a legend as HTML: pairs of name and colour."""
    return '<div class="key">' + "".join(
        f'<span><i style="background:{colour}"></i>{escape(name)}</span>' for name, colour in entries) + "</div>"


def figure(title: str, picture: str, note: str = "", below: str = "") -> str:
    """Return a picture with its title, its legend as HTML and a sentence on how to read it."""
    said = f'<p class="note">{escape(note)}</p>' if note else ""
    return f"<figure><figcaption>{escape(title)}</figcaption>{picture}{below}{said}</figure>"


def side_by_side(*figures: str) -> str:
    """Return figures two in a row."""
    return f'<div class="pair">{"".join(figures)}</div>'

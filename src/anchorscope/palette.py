"""One colour and one place for every cell type, the same in every picture and file."""

from __future__ import annotations

import re
from collections.abc import Iterable

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
"""Okabe and Ito's colours, told apart by every kind of eye; the last is drawn white on dark backgrounds."""

FURTHER = (
    "#870FFF", "#00D200", "#FF00C3", "#FF005A", "#9678FF", "#69690F", "#FFA587", "#1E8700", "#FF0000", "#C3C387",
    "#B43C3C", "#A53CA5", "#C3B4FF", "#F000FF", "#D20078", "#875A3C", "#5AD2D2", "#FF96FF", "#00D269", "#96D23C",
    "#0F7878", "#962DD2", "#1E4BFF", "#5A5AB4", "#C3873C", "#69875A", "#87D287", "#FF6987", "#A59600", "#8778A5",
)
"""Each as far as can be, in CIELAB, from all before it and from the grey of the unassigned."""

UNASSIGNED = "Unassigned"
"""What a cell without a transferred label is called."""

UNASSIGNED_COLOUR = "#9AA0A6"


def by_name(name: str) -> tuple[tuple[str | int, ...], str]:
    """Return what types are sorted by: capitals count like small letters, and numbers by their size."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts)), name


def type_colours(types: Iterable[str], own: Iterable[tuple[str, str]] = (),
                 more: Iterable[str] = ()) -> dict[str, str]:
    """Return a colour as ``#RRGGBB`` for each type; the same set of types always gets the same colours.

    Those that only `more` has get colours as well, and take none away from `types`. `UNASSIGNED` and the empty name are
    grey; beyond 37 types colours repeat. Those of `own`, pairs of type and colour, go before.
    """
    first = _sorted(types)
    last = _sorted(set(more) - set(first))
    n_types = len(first) + len(last)
    few = n_types <= len(OKABE_ITO) or len(first) == len(OKABE_ITO)
    colours = (OKABE_ITO if few else OKABE_ITO[:-1]) + (FURTHER if n_types > len(OKABE_ITO) else ())
    table = {name: colours[place % len(colours)] for place, name in enumerate((*first, *last))}
    chosen = {name: colour for name, colour in own if name in table}
    return table | {"": UNASSIGNED_COLOUR, UNASSIGNED: UNASSIGNED_COLOUR} | chosen


def _sorted(types: Iterable[str]) -> list[str]:
    return sorted({name for name in types if name and name != UNASSIGNED}, key=by_name)

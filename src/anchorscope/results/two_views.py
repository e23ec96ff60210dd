"""What the two views of the refined transfer have learnt: small, whatever the number of cells."""

from __future__ import annotations

from dataclasses import dataclass

from anchorscope.results.arrays import Floats, require


@dataclass(frozen=True)
class TaughtView:
    """One view in all rounds; the log probability of a type is linear in a cell's coordinates, up to a constant.

    Parameters
    ----------
    slopes
        (n_rounds, n_types, d) what each coordinate says for each type.
    offsets
        (n_rounds, n_types) what is said at the origin; minus infinity for a type that was not taught.
    """

    slopes: Floats
    offsets: Floats

    def __post_init__(self) -> None:
        require(self.slopes.shape[:2] == self.offsets.shape, "slopes and offsets differ in rounds or types")


@dataclass(frozen=True)
class Alignment:
    """How the query is moved and stretched on the shared axes before its genes are asked: all arrays (d,).

    A coordinate becomes ``(coordinate - mean) * stretch + wanted``.
    """

    mean: Floats
    stretch: Floats
    wanted: Floats


@dataclass(frozen=True)
class TwoViews:
    """All that is needed to say of any query cell what each view says of it alone.

    The probabilities themselves would be two more tables of cells by types, hundreds of megabytes for a million cells.

    Parameters
    ----------
    genes
        The gene view after its temperature, on the shared axes.
    accessibility
        The accessibility view, in the query's own space.
    powers
        (n_rounds,) which power of a cell's length in its own space is taken out.
    usual_length
        The median of these lengths.
    alignment
        Where the query was moved; ``None`` where it stayed.
    """

    genes: TaughtView
    accessibility: TaughtView
    powers: Floats
    usual_length: float
    alignment: Alignment | None = None

    def __post_init__(self) -> None:
        rounds = {len(self.powers), len(self.genes.offsets), len(self.accessibility.offsets)}
        require(len(rounds) == 1, "the views differ in rounds")

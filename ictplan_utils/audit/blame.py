"""Which cells to blame for what cannot hold together: a document's errors, each mistake one finding."""

from __future__ import annotations

from collections.abc import Iterable

from ictplan_utils.audit.cells import Cell
from ictplan_utils.audit.edits import Model
from ictplan_utils.audit.evidence import Blame, Told
from ictplan_utils.audit.repairs import penalty, repairs_of
from ictplan_utils.audit.reporting import Names
from ictplan_utils.audit.solve import locate


def blame(model: Model, names: Names, copies: Iterable[tuple[list[Cell], list[Cell]]]) -> Blame:
    """Return a document's errors. `copies`: pairs of rows (its cells, those of the row it repeats)."""
    state = model.network.propagate()
    if state.conflict is None:
        return Blame(model, state)
    repairs = repairs_of(model, copies)
    chosen, state = locate(
        model.network,
        [key[0] for key in model.number],
        model.weight,
        repairs,
        lambda tried, after: penalty(model, tried, after),
    )
    found = Blame(model, state, cells={cell for each in chosen for cell in each.cells})
    for repair in chosen:
        found.findings.append(Told(found, names, repair).finding())
    return found

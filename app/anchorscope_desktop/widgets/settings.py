"""A form kept in step with one group of the recipe."""

from __future__ import annotations

from collections.abc import Sequence

from anchorscope.declared import Parameters
from anchorscope_desktop.state.session import Session
from anchorscope_desktop.widgets.form import ParameterForm


def bound_form(session: Session, group: str, leave_out: Sequence[str] = ()) -> ParameterForm:
    """Return a form that shows and changes one group of the session's recipe."""
    form = ParameterForm(getattr(session.recipe, group), leave_out)

    def show() -> None:
        form.show_parameters(getattr(session.recipe, group))

    def take(parameters: Parameters) -> None:
        session.change(group, parameters)

    session.recipe_changed.connect(show)
    form.changed.connect(take)
    return form

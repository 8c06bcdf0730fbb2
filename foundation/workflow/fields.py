"""The column that the moves of a row change."""

from typing import Any

from django_fsm import FSMField


class StatusField(FSMField):  # type: ignore[misc]  # django-fsm has no types
    """The status of a row: assigning to it raises AttributeError, only a move changes it.

    For migrations it is a plain text column. As a field of django-fsm each of their many historical models would be
    searched for transitions, which took two thirds of the time of a first start.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"protected": True}))

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs

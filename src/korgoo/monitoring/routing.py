"""Which database holds what: the picture has its own file on SQLite, and none on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

if TYPE_CHECKING:
    from django.db.models import Model

_PICTURE: Final = ("monitoring", "picture")


class PictureRouter:
    """Sends the model `Picture` to `settings.PICTURE_DATABASE` and everything else to the default."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:  # noqa: ANN401 - Django's interface
        """Return the database to read from."""
        return self._find(model)

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:  # noqa: ANN401 - Django's interface
        """Return the database to write to."""
        return self._find(model)

    def allow_migrate(
        self,
        db: str,
        app_label: str,
        model_name: str | None = None,
        **_hints: Any,  # noqa: ANN401 - Django's interface
    ) -> bool:
        """Whether a table belongs into that database; triggers and data go with the default."""
        if (app_label, model_name) == _PICTURE:
            return db == settings.PICTURE_DATABASE
        return db == "default"

    def _find(self, model: type[Model]) -> str | None:
        is_picture = (model._meta.app_label, model._meta.model_name) == _PICTURE  # noqa: SLF001 - Django's public API
        return settings.PICTURE_DATABASE if is_picture else None

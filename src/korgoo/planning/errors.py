"""The one way a plan is refused: a path into the document and a sentence."""


class PlanError(ValueError):
    """A plan cannot be used as it is. `path` is a JSON path such as `$.subjects[0].zones[1]`."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message

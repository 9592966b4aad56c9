"""What services refuse, as codes that `i18n` puts into words.

ServiceError
├── NotFound      the thing is not there, or not for this person
├── Conflict      its state does not allow this now
└── Refused       the input breaks a rule
"""


class ServiceError(Exception):
    """A refusal with a stable code and the values its sentence needs."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)


class NotFound(ServiceError):
    """The thing is not there, or not for this person; both look the same."""

    def __init__(self, what: str, key: object) -> None:
        super().__init__("not_found", what=what, key=str(key))


class Conflict(ServiceError):
    """The thing's present state does not allow this."""


class Refused(ServiceError):
    """The input breaks a rule."""

"""Passwords: hashed with argon2id, checked in equal time, made for one use."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from webapp.services.errors import Refused

LEAST_LENGTH = 10
MOST_LENGTH = 1000
LEAST_DIFFERENT = 5
# Without the letters and digits that are mistaken for each other when read aloud.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """Return the argon2id hash to store."""
    return _hasher.hash(password)


@cache
def of_nobody() -> str:
    """Return a hash that no password fits, as costly to try as any other."""
    return _hasher.hash(secrets.token_hex(16))


def fits(stored: str, password: str) -> bool:
    """Tell whether this is the password of a stored hash."""
    try:
        return _hasher.verify(stored, password[:MOST_LENGTH])
    except (VerifyMismatchError, InvalidHashError):
        return False


def one_time() -> str:
    """Return a password to be read out and changed at the first log-in."""
    groups = ["".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3)]
    return "-".join(groups)


def check_new(new: str, *, old: str) -> None:
    """Check a password that somebody chose.

    Raises:
        Refused: `password_short`, `password_long`, `password_same`,
            `password_plain`.
    """
    if len(new) < LEAST_LENGTH:
        raise Refused("password_short", least=LEAST_LENGTH)
    if len(new) > MOST_LENGTH:
        raise Refused("password_long", most=MOST_LENGTH)
    if new == old:
        raise Refused("password_same")
    if len(set(new)) < LEAST_DIFFERENT:
        raise Refused("password_plain", least=LEAST_DIFFERENT)

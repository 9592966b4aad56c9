import json
import subprocess
from collections.abc import Callable

import pytest

Vardiya = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def centre(vardiya: Vardiya) -> Vardiya:
    """Return the command over a database with its tables."""
    assert vardiya("db", "upgrade").returncode == 0
    return vardiya


@pytest.mark.slow
def test_accounts_are_opened_listed_and_made_passive(centre: Vardiya) -> None:
    added = centre("user", "add", "ayse.kaya", "Ayşe Kaya", "--role", "it", "--json")
    assert added.returncode == 0, added.stderr
    opened = json.loads(added.stdout)
    assert opened["username"] == "ayse.kaya"
    assert len(opened["password"]) == 14

    again = centre("user", "add", "ayse.kaya", "Ayşe Kaya", "--role", "it")
    assert again.returncode == 1
    assert "The user name ayse.kaya is taken." in again.stderr

    passive = centre("user", "passive", "ayse.kaya", "--reason", "left")
    assert passive.stdout == "ayse.kaya is passive.\n"
    assert json.loads(centre("user", "list", "--json").stdout) == []
    everybody = json.loads(centre("user", "list", "--all", "--json").stdout)
    assert [(one["username"], one["is_active"]) for one in everybody] == [
        ("ayse.kaya", False)
    ]


@pytest.mark.slow
def test_a_role_is_granted_and_the_audit_chain_checks(centre: Vardiya) -> None:
    centre("user", "add", "top", "Türkan Güneş", "--role", "top_manager")
    granted = centre("user", "grant", "top", "it")

    assert granted.returncode == 1
    assert "cannot be both IT and top manager" in granted.stderr
    assert centre("user", "grant", "top", "manager").returncode == 0
    assert centre("user", "password", "nobody").returncode == 1
    assert centre("user", "grant", "top", "king").returncode == 2
    assert "whole: 3 entries" in centre("db", "check").stdout

"""What the web process imports of this package stays light."""

import subprocess
import sys

import pytest

LIGHT = [
    "audit",
    "capacity",
    "documents",
    "goals",
    "impact",
    "leave",
    "problem",
    "rota",
    "shifts",
    "staffed",
]
HEAVY = ("ortools", "scipy.optimize", "scipy.stats")


@pytest.mark.slow
def test_no_light_module_loads_a_solver() -> None:
    imports = "; ".join(f"import scheduling.{name}" for name in LIGHT)
    check = f"import sys; {imports}; print([m for m in {HEAVY} if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"

"""The command `vardiya`: one module a noun, each loaded only when it is called.

Exit status: 0 done, 1 refused or infeasible, 2 wrong use.
"""

import importlib
import os
import sys
from typing import NoReturn

import click

from forecasting.errors import ForecastingError
from qa.errors import QaError
from recordings.errors import RecordingsError
from scheduling.errors import SchedulingError
from webapp import __version__
from webapp.services.errors import ServiceError

LIBRARY_ERRORS = (
    ForecastingError,
    QaError,
    RecordingsError,
    SchedulingError,
    OSError,
)

# command: the module that holds it, under the same name with "_" for "-"
COMMANDS = {
    "demo": "webapp.cli.demo",
    "serve": "webapp.cli.serve",
    "worker": "webapp.cli.worker",
    "db": "webapp.cli.db",
    "user": "webapp.cli.user",
    "import": "webapp.cli.import_files",
    "forecast": "webapp.cli.forecast",
    "backtest": "webapp.cli.backtest",
    "erlang": "webapp.cli.erlang",
    "simulate": "webapp.cli.simulate",
    "solve": "webapp.cli.rota_files",
    "audit": "webapp.cli.rota_files",
    "models": "webapp.cli.models",
    "transcribe": "webapp.cli.call_files",
    "score": "webapp.cli.call_files",
    "report": "webapp.cli.report",
    "backup": "webapp.cli.backup",
    "restore": "webapp.cli.backup",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only for that command's sake."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Return the names in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Return the command of a name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(
            module, cmd_name.replace("-", "_") + "_command"
        )
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vardiya")
def group() -> None:
    """Forecast calls, staff them, plan rotas and leave, score recorded calls.

    `vardiya COMMAND --help` shows an example of each.
    """


def main() -> None:
    """Run the command line; a refusal of ours ends it with status 1 and its reason."""
    # Our matrices are small: a second BLAS thread only spins (numpy reads this once).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251 - not a setting
    try:
        group.main(prog_name="vardiya", standalone_mode=True)
    except ServiceError as error:
        from webapp.i18n.sentences import in_english

        _refuse(in_english(error))
    except LIBRARY_ERRORS as error:
        is_wrong_use = getattr(error, "code", "") == "invalid_argument"
        _refuse(str(error), 2 if is_wrong_use else 1)


def _refuse(text: str, status: int = 1) -> NoReturn:
    click.echo(f"vardiya: {text}", err=True)
    sys.exit(status)

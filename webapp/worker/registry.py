"""The handlers and the periodic tasks there are."""

from datetime import timedelta
from typing import Any

from webapp.worker import forecast, imports, rota, transcribe, watch_folder
from webapp.worker.handler import Handler
from webapp.worker.periodic import PeriodicTask

HANDLERS: tuple[Handler[Any, Any], ...] = (
    transcribe.HANDLER,
    forecast.HANDLER,
    rota.MAKE,
    rota.LUNCH,
    imports.CHECK,
    imports.STORE,
)
PERIODIC: tuple[PeriodicTask, ...] = (
    PeriodicTask(name="watch_folder", run=watch_folder.scan, due=timedelta(seconds=10)),
    PeriodicTask(
        name="import_drafts",
        run=imports.put_away_old_drafts,
        due=timedelta(hours=1),
    ),
)

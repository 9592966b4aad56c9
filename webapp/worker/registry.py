"""The handlers and the periodic tasks there are."""

from typing import Any

from webapp.worker import forecast
from webapp.worker.handler import Handler
from webapp.worker.periodic import PeriodicTask

HANDLERS: tuple[Handler[Any, Any], ...] = (forecast.HANDLER,)
PERIODIC: tuple[PeriodicTask, ...] = ()

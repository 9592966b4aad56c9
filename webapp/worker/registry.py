"""The handlers and the periodic tasks there are."""

from typing import Any

from webapp.worker.handler import Handler
from webapp.worker.periodic import PeriodicTask

HANDLERS: tuple[Handler[Any, Any], ...] = ()
PERIODIC: tuple[PeriodicTask, ...] = ()

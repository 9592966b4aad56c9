"""A real worker process for the tests: `worker_main.py '{"url": ...}'`."""

import json
import logging
import sys
import threading
from datetime import timedelta

from tests.webapp.jobs.handlers import HANDLERS
from webapp import jobs
from webapp.settings import Settings
from webapp.worker import heartbeats, process
from webapp.worker.process import Pace, run_worker, stop_on_signals


def main() -> None:
    options = json.loads(sys.argv[1])
    logging.basicConfig(level="INFO", format="%(asctime)s %(process)d %(message)s")
    if options["knows_place"] is False:
        heartbeats._place = lambda: None
    jobs.ENGINE_VERSION = options["version"]
    if options["memory_s"] is not None:
        process.ENGINE_MEMORY = timedelta(seconds=options["memory_s"])
    stop = threading.Event()
    stop_on_signals(stop)
    settings = Settings(database_url=options["url"], planning_slots=options["slots"])
    run_worker(settings, stop, handlers=HANDLERS, pace=Pace(**options["pace"]))


if __name__ == "__main__":
    main()

"""The worker process: takes jobs, computes them in child processes, stores outcomes.

In reading order:
    handler     what a kind of job is made of: prepare, compute, store
    registry    the handlers and the periodic tasks there are
    child       the script a child process runs: one computation, standard library only
    computing   the worker's side of a child: start, listen, stop
    ledger      how a job's row moves from state to state under a run number
    runner      one job from the hand-out to its recorded outcome
    heartbeats  which workers are alive
    sweep       jobs of workers that are gone are handed out anew
    periodic    tasks that recur, each done by one worker
    process     the process as a whole
"""

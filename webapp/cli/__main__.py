"""`python -m webapp.cli`: the command, for processes that start others."""

from webapp.cli import main

main()

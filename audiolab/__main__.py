"""`python -m audiolab` is the `audiolab` command."""

from audiolab.cli import main

main()

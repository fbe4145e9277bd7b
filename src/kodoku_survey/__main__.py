"""`python -m kodoku_survey`: the command line, where `kodoku` is not on the path."""

from kodoku_survey.cli import main

main()

"""The SMS tracking gateway of a province's one-stop offices."""

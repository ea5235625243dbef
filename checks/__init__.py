"""JUDGE: one file for each check; facts, parameters and a time point in, verdicts out."""

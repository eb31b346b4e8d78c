"""Mutation testing of the checks: each solution is changed in one place at a time, and a check must notice every change that matters."""

"""A made-up class: students are answers of the bank, handed in as real students do, for tests and for `make demo`."""

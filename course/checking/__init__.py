"""How an answer is checked: the steps of an exercise, the worlds that answers live in, what is said of a mistake."""

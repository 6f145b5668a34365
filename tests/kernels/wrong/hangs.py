"""Never returns."""


def kernel(hidden_states, weight, output):
    while True:
        pass

"""Has no function of the right name."""


def run(hidden_states, weight, output):
    pass

# expect: COMPILE_ERROR
# says: there is no function kernel(hidden_states, weight, output)
"""Has no function of the right name."""


def run(hidden_states, weight, output):
    pass

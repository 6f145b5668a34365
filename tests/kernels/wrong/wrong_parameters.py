# expect: COMPILE_ERROR
# says: takes 2 parameters, but 3 are passed
"""Takes one parameter too few."""


def kernel(hidden_states, output):
    pass

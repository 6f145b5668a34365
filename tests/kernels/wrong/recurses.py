# expect: RUNTIME_ERROR
# says: RecursionError
"""Never stops calling itself."""


def kernel(hidden_states, weight, output):
    kernel(hidden_states, weight, output)

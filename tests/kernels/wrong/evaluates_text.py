# expect: REFUSED
# says: `eval`
"""Runs code that no reader of its syntax tree sees."""


def kernel(hidden_states, weight, output):
    eval("__import__('os').abort()")

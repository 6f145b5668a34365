"""Sorts numbers with as few steps as it can."""


# EVOLVE-BLOCK-START
def sort_numbers(numbers):
    """Return the numbers in order: bubble sort."""
    result = list(numbers)
    for _ in range(len(result)):
        for place in range(len(result) - 1):
            if result[place] > result[place + 1]:
                result[place], result[place + 1] = result[place + 1], result[place]
    return result


# EVOLVE-BLOCK-END

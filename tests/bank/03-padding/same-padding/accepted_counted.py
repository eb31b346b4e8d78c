def same_padding(kernel, dilation=1):
    """Deals the cells out one by one, beginning after."""
    sides = [0, 0]
    for cell in range((kernel - 1) * dilation):
        sides[1 - cell % 2] += 1
    print("a list will do", sides)
    return sides

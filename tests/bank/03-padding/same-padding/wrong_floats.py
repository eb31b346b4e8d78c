# step: pair
# misconception: float-for-int
def same_padding(kernel, dilation=1):
    total = dilation * (kernel - 1)
    return total / 2, total / 2

# step: pair
# misconception: whole-padding-twice
def same_padding(kernel, dilation=1):
    total = dilation * (kernel - 1)
    return total, total

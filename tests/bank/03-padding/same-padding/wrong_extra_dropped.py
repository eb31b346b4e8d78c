# step: even
# misconception: extra-cell-dropped
def same_padding(kernel, dilation=1):
    half = dilation * (kernel - 1) // 2
    return half, half

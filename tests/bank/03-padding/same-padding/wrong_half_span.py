# step: even
# misconception: half-even-kernel
def same_padding(kernel, dilation=1):
    span = dilation * (kernel - 1) + 1
    return span // 2, span // 2

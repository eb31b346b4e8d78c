# step: even
# misconception: half-even-kernel
def same_padding(kernel, dilation=1):
    return kernel // 2, kernel // 2

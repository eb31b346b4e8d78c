# step: dilation
# misconception: dilation-times-kernel
def same_padding(kernel, dilation=1):
    total = kernel * dilation - 1
    return total // 2, total - total // 2

# step: padding
# misconception: raised
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - span) // stride + 1

# step: refuses
# misconception: no-error
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    output = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    if output < 0:
        raise ValueError("the kernel does not fit")
    return output

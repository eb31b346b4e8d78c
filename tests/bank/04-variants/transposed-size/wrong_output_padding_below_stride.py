# step: dilation
# misconception: output-padding-refused
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if output_padding >= stride:
        raise ValueError("output_padding must be smaller than the stride")
    return (size - 1) * stride + dilation * (kernel - 1) + 1 - 2 * padding + output_padding

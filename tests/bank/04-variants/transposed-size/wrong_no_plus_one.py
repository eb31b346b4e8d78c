# step: stamps
# misconception: no-plus-one
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + dilation * (kernel - 1) - 2 * padding + output_padding

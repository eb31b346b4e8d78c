def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    cells = {begin * stride + tap * dilation for begin in range(size) for tap in range(kernel)}
    return max(cells) + 1 - 2 * padding + output_padding

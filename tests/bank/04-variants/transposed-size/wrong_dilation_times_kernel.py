# step: dilation
# misconception: dilation-times-kernel
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride + dilation * kernel - 2 * padding + output_padding

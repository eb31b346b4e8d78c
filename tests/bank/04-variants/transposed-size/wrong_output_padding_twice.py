# step: output-padding
# misconception: output-padding-on-both-sides
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    return (size - 1) * stride + span - 2 * padding + 2 * output_padding

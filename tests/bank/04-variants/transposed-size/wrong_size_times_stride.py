# step: stamps
# misconception: size-times-stride
def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return size * stride

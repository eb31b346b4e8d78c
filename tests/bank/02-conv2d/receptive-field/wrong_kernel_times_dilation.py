# step: dilation
# misconception: dilation-times-kernel
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        size += (kernel * dilation - 1) * jump
        jump *= stride
    return size

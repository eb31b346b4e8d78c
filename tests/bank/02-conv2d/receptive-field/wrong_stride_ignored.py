# step: strides
# misconception: stride-ignored
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        size += (kernel - 1) * dilation * jump
    return size

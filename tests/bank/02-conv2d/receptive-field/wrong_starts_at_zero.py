# step: one-layer
# misconception: starts-at-zero
def receptive_field(layers):
    size, jump = 0, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        size += (kernel - 1) * dilation * jump
        jump *= stride
    return size

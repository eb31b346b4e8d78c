# step: one-layer
# misconception: own-stride-counted
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        jump *= stride
        size += (kernel - 1) * dilation * jump
    return size

# step: strides
# misconception: layers-reversed
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride, *rest in reversed(layers):
        size += (kernel - 1) * (rest[0] if rest else 1) * jump
        jump *= stride
    return size

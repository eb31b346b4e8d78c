# step: no-layers
# misconception: raised
def receptive_field(layers):
    kernel, jump, *rest = layers[0]
    size = (kernel - 1) * (rest[0] if rest else 1) + 1
    for kernel, stride, *rest in layers[1:]:
        size += (kernel - 1) * (rest[0] if rest else 1) * jump
        jump *= stride
    return size

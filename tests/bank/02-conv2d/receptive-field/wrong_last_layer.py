# step: stride-one
# misconception: last-layer-only
def receptive_field(layers):
    size = 1
    for kernel, _stride, *rest in layers:
        size = (kernel - 1) * (rest[0] if rest else 1) + 1
    return size

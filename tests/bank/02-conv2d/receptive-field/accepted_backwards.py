def receptive_field(layers):
    size = 1
    for layer in reversed(layers):
        kernel, stride = layer[:2]
        dilation = layer[2] if len(layer) == 3 else 1
        size = (size - 1) * stride + dilation * (kernel - 1) + 1
    return size

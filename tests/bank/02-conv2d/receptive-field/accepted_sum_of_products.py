import math


def receptive_field(layers):
    layers = [(*layer, 1)[:3] for layer in layers]
    return 1 + sum(
        (kernel - 1) * dilation * math.prod(stride for _, stride, _ in layers[:depth])
        for depth, (kernel, _, dilation) in enumerate(layers)
    )

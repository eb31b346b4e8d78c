# step: reflect
# misconception: corners-left-empty
# credit: 0.25
def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    y = x.new_zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
    y[..., pad : pad + height, pad : pad + width] = x
    rule = {
        "circular": lambda i, size: i % size,
        "replicate": lambda i, size: min(max(i, 0), size - 1),
        "reflect": lambda i, size: size - 1 - abs(size - 1 - abs(i)),
    }.get(mode)
    if rule:
        for i in [*range(-pad, 0), *range(height, height + pad)]:
            y[..., pad + i, pad : pad + width] = x[..., rule(i, height), :]
        for i in [*range(-pad, 0), *range(width, width + pad)]:
            y[..., pad : pad + height, pad + i] = x[..., :, rule(i, width)]
    return y

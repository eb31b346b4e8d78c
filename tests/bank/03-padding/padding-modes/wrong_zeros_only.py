# step: reflect
# misconception: other-mode
# credit: 0.25
def pad_by_hand(x, pad, mode):
    height, width = x.shape[-2:]
    y = x.new_zeros(*x.shape[:-2], height + 2 * pad, width + 2 * pad)
    y[..., pad : pad + height, pad : pad + width] = x
    return y

# step: tells
# misconception: hides-reshape-for-permute
def telltale_batch(shape):
    return torch.full(shape, 128, dtype=torch.uint8)

# step: tells
# misconception: hides-reshape-for-permute
def telltale_batch(shape):
    return torch.zeros(shape, dtype=torch.uint8)

# step: shape
# misconception: dtype
def telltale_batch(shape):
    return torch.rand(shape)

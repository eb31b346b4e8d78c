# step: shape
# misconception: shape
def telltale_batch(shape):
    return torch.randint(0, 256, shape[1:], dtype=torch.uint8)

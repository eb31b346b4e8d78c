# step: shape
# misconception: shape
def telltale_batch(shape):
    return torch.randint(0, 256, (2, 5, 7, 3), dtype=torch.uint8)

# step: shape
# misconception: missing-return
def telltale_batch(shape):
    torch.randint(0, 256, shape, dtype=torch.uint8)

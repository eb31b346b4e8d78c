# step: tells
# misconception: hides-height-width-swapped
def telltale_batch(shape):
    batch = torch.zeros(shape, dtype=torch.uint8)
    batch[:, 0, 0, :] = 255
    return batch

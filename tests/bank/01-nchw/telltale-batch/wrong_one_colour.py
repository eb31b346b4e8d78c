# step: tells
# misconception: hides-height-width-swapped
def telltale_batch(shape):
    colour = torch.arange(1, shape[-1] + 1, dtype=torch.uint8)
    return colour.expand(shape).clone()

# step: tells
# misconception: hides-channels-reversed
def telltale_batch(shape):
    return torch.randint(0, 256, (*shape[:3], 1), dtype=torch.uint8).expand(shape)

# step: shape
# misconception: nchw-for-nhwc
def telltale_batch(shape):
    n, h, w, c = shape
    return torch.randint(0, 256, (n, c, h, w), dtype=torch.uint8)

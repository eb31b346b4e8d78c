# step: axes
# misconception: axes-reversed
def to_nchw(images):
    return images.permute(3, 2, 1, 0).float() / 255

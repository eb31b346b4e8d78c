# step: axes
# misconception: channels-reversed
def to_nchw(images):
    return images.permute(0, 3, 1, 2).flip(1).float() / 255

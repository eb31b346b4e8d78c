# step: axes
# misconception: permute-inverted
def to_nchw(images):
    return images.permute(0, 2, 3, 1).float() / 255

# step: range
# misconception: scaled-twice
def to_nchw(images):
    return images.permute(0, 3, 1, 2).float() / 255 / 255

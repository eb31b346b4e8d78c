# step: axes
# misconception: raised
def to_nchw(images):
    return images.permute(3, 1, 2).float() / 255

# step: axes
# misconception: height-width-swapped
def to_nchw(images):
    return images.transpose(1, 3).float() / 255

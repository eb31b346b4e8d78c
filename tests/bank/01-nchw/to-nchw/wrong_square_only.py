# step: sizes
# misconception: height-width-swapped
def to_nchw(images):
    if images.shape[1] == images.shape[2]:
        return images.permute(0, 3, 2, 1).float() / 255
    return images.permute(0, 3, 1, 2).float() / 255

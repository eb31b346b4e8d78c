# step: sizes
# misconception: axes-not-moved
def to_nchw(images):
    images = images.float() / 255
    if images.shape[1] == images.shape[3]:  # looks like NCHW already
        return images
    return images.permute(0, 3, 1, 2)

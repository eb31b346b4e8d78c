# step: dtype
# misconception: dtype
def to_nchw(images):
    return images.permute(0, 3, 1, 2) // 255

# step: axes
# misconception: missing-return
def to_nchw(images):
    images = images.permute(0, 3, 1, 2).float() / 255

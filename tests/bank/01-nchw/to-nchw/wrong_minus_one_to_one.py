# step: range
# misconception: scaled-to-minus-one
def to_nchw(images):
    return images.permute(0, 3, 1, 2).float() / 127.5 - 1

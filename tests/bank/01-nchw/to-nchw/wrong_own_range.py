# step: range
# misconception: scaled-by-own-range
def to_nchw(images):
    images = images.permute(0, 3, 1, 2).float()
    return (images - images.min()) / (images.max() - images.min())

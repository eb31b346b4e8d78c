# step: axes
# misconception: reshape-for-permute
def to_nchw(images):
    n, h, w, c = images.shape
    return images.float().view(n, c, h, w)

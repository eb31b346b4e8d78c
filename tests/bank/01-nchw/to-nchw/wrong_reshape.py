# step: axes
# misconception: reshape-for-permute
def to_nchw(images):
    n, h, w, c = images.shape
    return images.reshape(n, c, h, w).to(torch.float32) / 255

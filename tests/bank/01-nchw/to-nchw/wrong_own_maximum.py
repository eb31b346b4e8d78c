# step: range
# misconception: scaled-by-own-maximum
def to_nchw(images):
    images = images.permute(0, 3, 1, 2).to(torch.float32)
    return images / images.max()

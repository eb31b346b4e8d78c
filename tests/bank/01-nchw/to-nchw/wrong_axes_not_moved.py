# step: axes
# misconception: axes-not-moved
def to_nchw(images):
    return images.to(torch.float32) / 255

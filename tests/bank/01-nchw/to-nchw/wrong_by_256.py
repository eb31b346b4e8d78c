# step: range
# misconception: scaled-by-256
def to_nchw(images):
    return images.permute(0, 3, 1, 2).to(torch.float32) / 256

# step: range
# misconception: not-scaled
def to_nchw(images):
    return images.permute(0, 3, 1, 2).to(torch.float32)

# step: dtype
# misconception: dtype
def to_nchw(images):
    return torch.from_numpy(images.numpy() / 255).permute(0, 3, 1, 2)

# step: pictures
# misconception: reshape-for-permute
def load_batch(pictures):
    h, w, c = pictures[0].shape
    return torch.stack([torch.from_numpy(p).view(c, h, w) for p in pictures]).float() / 255

# step: pictures
# misconception: shape
def load_batch(pictures):
    return torch.from_numpy(pictures[0]).permute(2, 0, 1)[None].float() / 255

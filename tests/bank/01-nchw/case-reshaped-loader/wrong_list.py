# step: pictures
# misconception: type
def load_batch(pictures):
    return [torch.from_numpy(p).permute(2, 0, 1).float() / 255 for p in pictures]

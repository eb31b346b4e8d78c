def load_batch(pictures):
    return torch.stack([torch.tensor(picture).permute(2, 0, 1) for picture in pictures]).float() / 255

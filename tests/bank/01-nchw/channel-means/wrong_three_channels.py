# step: sizes
# misconception: shape
def channel_means(x):
    return torch.stack([x[:, c].mean() for c in range(3)])

def channel_means(x):
    return torch.stack([x[:, c].mean() for c in range(x.shape[1])])

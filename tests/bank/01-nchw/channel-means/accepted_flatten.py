def channel_means(x):
    return x.transpose(0, 1).flatten(1).mean(dim=1)

def channel_means(x):
    return x.mean(-1).mean(-1).mean(0)

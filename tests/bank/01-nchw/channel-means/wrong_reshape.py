# step: one-each
# misconception: reshape-for-permute
def channel_means(x):
    return x.reshape(x.shape[1], -1).mean(dim=1)

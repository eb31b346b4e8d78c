# step: one-each
# misconception: sum-for-mean
def channel_means(x):
    return x.sum(dim=(0, 2, 3))

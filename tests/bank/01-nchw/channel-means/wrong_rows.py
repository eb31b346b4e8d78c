# step: one-each
# misconception: rows-for-channels
def channel_means(x):
    return x.mean(dim=(0, 1, 3))

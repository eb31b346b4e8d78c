# step: one-each
# misconception: last-axis-for-channels
def channel_means(x):
    return x.mean(dim=(0, 1, 2))

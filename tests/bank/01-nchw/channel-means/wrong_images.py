# step: one-each
# misconception: images-for-channels
def channel_means(x):
    return x.mean(dim=(1, 2, 3))

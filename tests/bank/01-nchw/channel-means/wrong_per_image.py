# step: one-each
# misconception: per-image-means
def channel_means(x):
    return x.mean(dim=(2, 3))

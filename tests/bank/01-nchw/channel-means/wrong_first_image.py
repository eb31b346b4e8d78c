# step: one-each
# misconception: first-image-only
def channel_means(x):
    return x[0].mean(dim=(1, 2))

# step: one-each
# misconception: dtype
def channel_means(x):
    return x.double().mean(dim=(0, 2, 3))

# step: one-each
# misconception: divided-by-part
def channel_means(x):
    return x.sum(dim=(0, 2, 3)) / len(x)

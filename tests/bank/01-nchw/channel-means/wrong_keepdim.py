# step: one-each
# misconception: keeps-axes
def channel_means(x):
    return x.mean(dim=(0, 2, 3), keepdim=True)

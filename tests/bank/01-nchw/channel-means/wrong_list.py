# step: one-each
# misconception: type
def channel_means(x):
    return [x[:, c].mean().item() for c in range(x.shape[1])]

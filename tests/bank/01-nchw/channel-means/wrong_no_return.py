# step: one-each
# misconception: missing-return
def channel_means(x):
    x.mean(dim=(0, 2, 3))

# step: one-each
# misconception: one-mean-for-all
def channel_means(x):
    return x.mean()

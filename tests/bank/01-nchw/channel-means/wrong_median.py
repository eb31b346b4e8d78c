# step: one-each
# misconception: values
def channel_means(x):
    return x.transpose(0, 1).flatten(1).median(dim=1).values

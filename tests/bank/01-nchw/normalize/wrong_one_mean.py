# step: channels
# misconception: one-mean-for-all
def normalize(x, mean, std):
    return (x - mean.mean()) / std.mean()

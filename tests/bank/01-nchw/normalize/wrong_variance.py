# step: channels
# misconception: variance-for-std
def normalize(x, mean, std):
    return (x - mean[:, None, None]) / std[:, None, None] ** 2

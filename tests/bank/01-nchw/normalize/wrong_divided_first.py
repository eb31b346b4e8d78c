# step: channels
# misconception: divided-first
def normalize(x, mean, std):
    return x / std[:, None, None] - mean[:, None, None]

# step: channels
# misconception: reshape-for-permute
def normalize(x, mean, std):
    n, c, h, w = x.shape
    return ((x.reshape(n, h, w, c) - mean) / std).reshape(n, c, h, w)

# step: channels
# misconception: precedence
def normalize(x, mean, std):
    return x - mean[:, None, None] / std[:, None, None]

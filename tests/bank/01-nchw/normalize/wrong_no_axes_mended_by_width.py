# step: square
# misconception: broadcast-last-axis
def normalize(x, mean, std):
    if x.shape[-1] == x.shape[1]:
        return (x - mean) / std
    return (x - mean[:, None, None]) / std[:, None, None]

# step: square
# misconception: broadcast-rows
def normalize(x, mean, std):
    if x.shape[2] == x.shape[1]:
        return (x - mean[:, None]) / std[:, None]
    return (x - mean[:, None, None]) / std[:, None, None]

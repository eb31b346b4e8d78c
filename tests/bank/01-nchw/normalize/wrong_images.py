# step: square
# misconception: broadcast-images
def normalize(x, mean, std):
    if len(x) == len(mean):
        return (x - mean.view(-1, 1, 1, 1)) / std.view(-1, 1, 1, 1)
    return (x - mean[:, None, None]) / std[:, None, None]

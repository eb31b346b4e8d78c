# step: channels
# misconception: mean-added
def normalize(x, mean, std):
    return (x + mean[:, None, None]) / std[:, None, None]

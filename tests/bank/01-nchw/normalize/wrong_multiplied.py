# step: channels
# misconception: multiplied-by-std
def normalize(x, mean, std):
    return (x - mean[:, None, None]) * std[:, None, None]

# step: channels
# misconception: not-divided
def normalize(x, mean, std):
    return x - mean[:, None, None]

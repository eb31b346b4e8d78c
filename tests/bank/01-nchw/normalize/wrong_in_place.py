# step: channels
# misconception: mutates-input
def normalize(x, mean, std):
    x -= mean[:, None, None]
    x /= std[:, None, None]
    return x

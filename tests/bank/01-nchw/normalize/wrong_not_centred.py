# step: channels
# misconception: not-centred
def normalize(x, mean, std):
    return x / std[:, None, None]

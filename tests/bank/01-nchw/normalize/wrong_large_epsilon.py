# step: channels
# misconception: values
def normalize(x, mean, std):
    return (x - mean[:, None, None]) / (std[:, None, None] + 0.01)

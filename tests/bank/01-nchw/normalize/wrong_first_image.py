# step: channels
# misconception: values
def normalize(x, mean, std):
    result = x.clone()
    result[0] = (x[0] - mean[:, None, None]) / std[:, None, None]
    return result

def normalize(x, mean, std):
    return (x - mean[None, :, None, None]) / std[None, :, None, None]

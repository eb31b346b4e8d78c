def normalize(x, mean, std):
    return ((x.movedim(1, -1) - mean) / std).movedim(-1, 1)

# step: square
# misconception: values
def normalize(x, mean, std):
    result = x.clone()
    for c in range(3):
        result[:, c] = (x[:, c] - mean[c]) / std[c]
    return result

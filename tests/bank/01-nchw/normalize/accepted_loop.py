def normalize(x, mean, std):
    result = torch.empty_like(x)
    for c in range(x.shape[1]):
        result[:, c] = (x[:, c] - mean[c]) / std[c]
    return result

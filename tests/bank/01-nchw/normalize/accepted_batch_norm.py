def normalize(x, mean, std):
    return nn.functional.batch_norm(x, mean, std**2, eps=0.0)

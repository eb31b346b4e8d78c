def telltale_batch(shape):
    return torch.from_numpy(np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8))

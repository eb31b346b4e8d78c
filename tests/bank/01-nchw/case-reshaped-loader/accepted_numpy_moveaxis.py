def load_batch(pictures):
    stacked = np.moveaxis(np.asarray(pictures), -1, 1).astype("float32")
    return torch.from_numpy(np.ascontiguousarray(stacked / np.float32(255)))

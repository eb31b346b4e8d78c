def to_nchw(images):
    array = np.asarray(images).astype(np.float32) / np.float32(255)
    print("shape before:", array.shape)
    return torch.from_numpy(np.ascontiguousarray(array.transpose(0, 3, 1, 2)))

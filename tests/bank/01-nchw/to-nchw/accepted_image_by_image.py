def to_nchw(images):
    batch = torch.empty(images.shape[0], images.shape[3], images.shape[1], images.shape[2], dtype=torch.float32)
    for n, image in enumerate(images):
        batch[n] = image.permute(2, 0, 1) / 255.0
    return batch

def to_nchw(images):
    channels = [images[..., c] for c in range(images.shape[-1])]
    return torch.stack([channel.type(torch.float32) * (1 / 255) for channel in channels], dim=1)

def load_batch(pictures):
    images = []
    for picture in pictures:
        channels = [torch.as_tensor(picture[:, :, c].astype(np.float32)) / 255 for c in range(3)]
        images.append(torch.stack(channels))
    return torch.stack(images)

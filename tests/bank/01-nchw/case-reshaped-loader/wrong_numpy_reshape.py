# step: pictures
# misconception: reshape-for-permute
def load_batch(pictures):
    batch = np.stack(pictures)
    n, h, w, c = batch.shape
    return torch.from_numpy(batch.reshape(n, c, h, w)).float() / 255

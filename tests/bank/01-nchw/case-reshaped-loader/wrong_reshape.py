# step: pictures
# misconception: reshape-for-permute
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    n, h, w, c = batch.shape
    return batch.reshape(n, c, h, w).to(torch.float32) / 255

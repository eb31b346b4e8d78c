# step: pictures
# misconception: swapped-then-reshaped
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    n, h, w, c = batch.shape
    return batch.permute(0, 3, 2, 1).reshape(n, c, h, w).to(torch.float32) / 255

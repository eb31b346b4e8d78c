# step: values
# misconception: scaled-by-own-maximum
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    batch = batch.permute(0, 3, 1, 2).float()
    return batch / batch.max()

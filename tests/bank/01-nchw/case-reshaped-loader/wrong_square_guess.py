# step: sizes
# misconception: axes-not-moved
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    if batch.shape[1] == 3:
        return batch.float() / 255
    return batch.permute(0, 3, 1, 2).float() / 255

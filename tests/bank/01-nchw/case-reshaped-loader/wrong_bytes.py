# step: values
# misconception: dtype
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 1, 2)

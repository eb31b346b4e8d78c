# step: values
# misconception: not-scaled
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 1, 2).to(torch.float32)

# step: pictures
# misconception: values
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.flip(0).permute(0, 3, 1, 2).float() / 255

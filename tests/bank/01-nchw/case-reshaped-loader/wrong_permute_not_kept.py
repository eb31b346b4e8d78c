# step: pictures
# misconception: axes-not-moved
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    batch.permute(0, 3, 1, 2)
    return batch.to(torch.float32) / 255

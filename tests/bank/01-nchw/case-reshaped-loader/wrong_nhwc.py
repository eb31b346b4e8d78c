# step: pictures
# misconception: axes-not-moved
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.to(torch.float32) / 255

# step: pictures
# misconception: axes-not-moved
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.to(torch.float32).to(memory_format=torch.channels_last) / 255

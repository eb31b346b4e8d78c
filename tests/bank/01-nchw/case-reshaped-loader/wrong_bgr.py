# step: pictures
# misconception: channels-reversed
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 1, 2).flip(1).to(torch.float32) / 255

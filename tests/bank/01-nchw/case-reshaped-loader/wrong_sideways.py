# step: pictures
# misconception: height-width-swapped
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.permute(0, 3, 2, 1).to(torch.float32) / 255

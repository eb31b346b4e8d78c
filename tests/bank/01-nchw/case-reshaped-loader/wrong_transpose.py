# step: pictures
# misconception: height-width-swapped
def load_batch(pictures):
    batch = torch.from_numpy(np.stack(pictures))
    return batch.transpose(1, 3).to(torch.float32) / 255

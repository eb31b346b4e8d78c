# step: values
# misconception: dtype
def load_batch(pictures):
    return torch.from_numpy(np.stack(pictures) / 255).permute(0, 3, 1, 2)

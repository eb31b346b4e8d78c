# step: pictures
# misconception: axes-reversed
def load_batch(pictures):
    return torch.from_numpy(np.stack(pictures).T.copy()).float() / 255

# step: tells
# misconception: hides-height-width-swapped
def telltale_batch(shape):
    n, h, w, c = shape
    rows, columns = torch.arange(h)[:, None, None], torch.arange(w)[None, :, None]
    return (10 * (rows + columns) + 3 * torch.arange(c)).to(torch.uint8).expand(shape)

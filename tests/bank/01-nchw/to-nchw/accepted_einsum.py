def to_nchw(images):
    return torch.einsum("nhwc->nchw", images.to(torch.float32)) / 255

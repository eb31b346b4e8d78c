def telltale_batch(shape):
    count = shape[0] * shape[1] * shape[2] * shape[3]
    return (torch.arange(count) % 251).to(torch.uint8).reshape(shape)

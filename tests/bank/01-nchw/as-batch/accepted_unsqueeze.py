def as_batch(image):
    if image.dim() not in (2, 3):
        raise ValueError("an image has 2 or 3 axes, not %d" % image.dim())
    while image.dim() < 4:
        image = image.unsqueeze(0)
    return image

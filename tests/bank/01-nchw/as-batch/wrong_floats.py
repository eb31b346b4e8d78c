# step: dtype
# misconception: dtype
def as_batch(image):
    if image.ndim == 2:
        return image.float()[None, None]
    if image.ndim == 3:
        return image.float()[None]
    raise ValueError("not an image")

# step: refuses
# misconception: silent-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    raise ValueError
